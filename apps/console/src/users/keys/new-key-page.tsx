import type { ApiKeyWithSecret } from '@holdfast/contract'
import { Button, Group, Stack } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { client } from '../../client/client'
import { AnchorLink, ButtonLink } from '../../ui/links'
import { Page } from '../../ui/page'
import { Problem } from '../../ui/problem'
import { newDraft, toNewKey } from './key-draft'
import { KeyForm } from './key-form'
import { KeySecret } from './key-secret'

export function NewKeyPage() {
  const { user } = useSearch({ from: '/shell/api-keys/new' })
  const [draft, setDraft] = useState(() => newDraft(user))
  const [made, setMade] = useState<ApiKeyWithSecret>()
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const queries = useQueryClient()
  const navigate = useNavigate()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(undefined)
    try {
      setMade(await client.admin.apiKeys.create(toNewKey(draft)))
      await queries.invalidateQueries({ queryKey: ['api-keys'] })
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Page title="New API key" description={<AnchorLink to="/api-keys">All keys</AnchorLink>}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="lg">
          <KeyForm isNew draft={draft} onChange={setDraft} />
          {error !== undefined && <Problem error={error} />}
          <Group gap="xs">
            <Button type="submit" loading={busy}>
              Create key
            </Button>
            <ButtonLink to="/api-keys" variant="default">
              Cancel
            </ButtonLink>
          </Group>
        </Stack>
      </form>
      {made && (
        <KeySecret apiKey={made} onClose={() => void navigate({ to: '/api-keys/$id', params: { id: made.id } })} />
      )}
    </Page>
  )
}
