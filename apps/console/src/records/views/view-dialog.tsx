import type { SavedView, SavedViewDefinition } from '@holdfast/contract'
import { Button, Group, Modal, Stack, Switch, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { client } from '../../client/client'
import { Problem } from '../../ui/problem'

interface ViewDialogProps {
  readonly collection: string
  /** The one to change; undefined for a new one. */
  readonly view: SavedView | undefined
  readonly look: Omit<SavedViewDefinition, 'collection' | 'name'>
  onClose(): void
  onSaved(view: SavedView): void
  onDeleted(): void
}

/** Name of a view, who sees it, and whether the collection opens with it. */
export function ViewDialog({ collection, view, look, onClose, onSaved, onDeleted }: ViewDialogProps) {
  const cache = useQueryClient()
  const [name, setName] = useState(view?.name ?? '')
  const [shared, setShared] = useState(view?.shared ?? false)
  const [isDefault, setDefault] = useState(view?.isDefault ?? false)
  const [error, setError] = useState<unknown>()
  const [isBusy, setBusy] = useState(false)
  const attempt = async (work: () => Promise<void>) => {
    setBusy(true)
    setError(undefined)
    try {
      await work()
      await cache.invalidateQueries({ queryKey: ['views', collection] })
      onClose()
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  const save = (event: FormEvent) => {
    event.preventDefault()
    void attempt(async () => {
      const said = { name: name.trim(), shared, isDefault }
      onSaved(
        view
          ? await client.admin.views.update(view.id, said)
          : await client.admin.views.create({ collection, ...look, ...said }),
      )
    })
  }
  const remove = () =>
    attempt(async () => {
      await client.admin.views.delete(view!.id)
      onDeleted()
    })
  return (
    <Modal opened onClose={onClose} title={view ? 'Change this view' : 'Save as a view'}>
      <form onSubmit={save}>
        <Stack gap="md">
          <TextInput
            label="Name"
            description={view ? undefined : 'Keeps the search, the filter, the order and the columns.'}
            value={name}
            maxLength={100}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
          <Switch
            label="Share with all admins"
            checked={shared}
            disabled={view !== undefined && !view.mine}
            onChange={(event) => setShared(event.currentTarget.checked)}
          />
          <Switch
            label={shared ? `Open ${collection} with it, for all` : `Open ${collection} with it`}
            checked={isDefault}
            onChange={(event) => setDefault(event.currentTarget.checked)}
          />
          {error !== undefined && <Problem error={error} />}
          <Group justify="space-between">
            {view ? (
              <Button variant="subtle" color="red" onClick={remove} disabled={isBusy}>
                Delete this view
              </Button>
            ) : (
              <span />
            )}
            <Group gap="xs">
              <Button variant="default" onClick={onClose}>
                Cancel
              </Button>
              <Button type="submit" loading={isBusy} disabled={name.trim() === ''}>
                Save
              </Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
