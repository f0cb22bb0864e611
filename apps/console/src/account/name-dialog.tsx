import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { Problem } from '../ui/problem'

interface NameDialogProps {
  readonly opened: boolean
  readonly title: string
  readonly label: string
  readonly description?: string
  readonly initial?: string
  readonly button: string
  onSubmit(name: string): Promise<unknown>
  onClose(): void
}

/** Closing the dialogue of the browser is no failure. */
const isDeclined = (error: unknown): boolean => error instanceof DOMException && error.name === 'NotAllowedError'

/** Asks for a name, and stays open when what follows fails. */
export function NameDialog(props: NameDialogProps) {
  const { opened, title, label, description, initial = '', button, onSubmit, onClose } = props
  const [name, setName] = useState(initial)
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const close = () => {
    setName(initial)
    setError(undefined)
    onClose()
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(undefined)
    try {
      await onSubmit(name.trim())
      close()
    } catch (failure) {
      if (!isDeclined(failure)) setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal opened={opened} onClose={close} title={title}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput
            label={label}
            description={description}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            maxLength={100}
            autoComplete="off"
            data-autofocus
          />
          {error !== undefined && <Problem error={error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" loading={busy} disabled={initial !== '' && name.trim() === ''}>
              {button}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
