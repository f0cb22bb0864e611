import type { Json, SettingsSection } from '@holdfast/contract'
import { HoldfastError } from '@holdfast/sdk'
import { Button, Group, Stack } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useBlocker } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { client } from '../client/client'
import { notify } from '../ui/notify'
import { Problem } from '../ui/problem'
import { mergePatchOf } from './merge-patch-of'
import { SchemaField, type SettingsSchema } from './schema-field'
import { settingsQuery } from './settings-queries'

/** The form of a section: saved as the difference to what is set, so that nobody's change is undone by somebody else's. */
export function SectionForm({ section: { section, schema, value, pinned } }: { readonly section: SettingsSection }) {
  const [draft, setDraft] = useState<Json>(value)
  const queries = useQueryClient()
  const patch = mergePatchOf(value, draft) as { [name: string]: Json }
  const isChanged = Object.keys(patch).length > 0
  const save = useMutation({
    mutationFn: () => client.admin.settings.update(section, patch),
    onSuccess: async (saved) => {
      await queries.invalidateQueries(settingsQuery)
      setDraft(saved)
      notify('Saved')
    },
  })
  useBlocker({
    shouldBlockFn: () => isChanged && !confirm('Leave without saving?'),
    enableBeforeUnload: () => isChanged,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  const errors = save.error instanceof HoldfastError ? save.error.errors : []
  return (
    <form onSubmit={submit}>
      <Stack gap="lg" maw={640}>
        <SchemaField
          schema={schema as unknown as SettingsSchema}
          value={draft}
          onChange={(next) => setDraft(next ?? {})}
          errors={errors}
          pinned={pinned}
          path=""
        />
        {save.isError && <Problem error={save.error} />}
        <Group gap="xs">
          <Button type="submit" disabled={!isChanged} loading={save.isPending}>
            Save
          </Button>
          <Button variant="default" disabled={!isChanged} onClick={() => setDraft(value)}>
            Discard
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
