import type { ApiKey, ApiKeyWithSecret } from '@holdfast/contract'
import { Badge, Button, Divider, Group, Stack, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { client } from '../../client/client'
import { Confirm } from '../../ui/confirm'
import { Facts } from '../../ui/facts'
import { AnchorLink } from '../../ui/links'
import { notify } from '../../ui/notify'
import { Page } from '../../ui/page'
import { Problem } from '../../ui/problem'
import { QueryState } from '../../ui/query-state'
import { Section } from '../../ui/section'
import { TimeAgo } from '../../ui/time-ago'
import { RoleBadges } from '../parts/badges'
import { keyQuery } from '../queries'
import { toChange, toDraft } from './key-draft'
import { KeyForm } from './key-form'
import { KeySecret } from './key-secret'
import { RotateDialog } from './rotate-dialog'

/** One key: what it may do, when it was used, another secret, and its end. */
export function KeyPage() {
  const { id } = useParams({ from: '/shell/api-keys/$id' })
  const key = useQuery(keyQuery(id))
  return (
    <Page title={key.data?.name ?? 'API key'} description={<AnchorLink to="/api-keys">All keys</AnchorLink>}>
      <QueryState query={key} rows={8}>
        {(data) => (
          <Stack gap="xl">
            <KeyFacts apiKey={data} />
            <Divider />
            <Section title="What it may do">
              <KeyEditor key={data.id} apiKey={data} />
            </Section>
            <Divider />
            <KeyEnd apiKey={data} />
          </Stack>
        )}
      </QueryState>
    </Page>
  )
}

const KeyFacts = ({ apiKey }: { readonly apiKey: ApiKey }) => (
  <Facts
    facts={[
      { name: 'Begins with', value: <Text ff="monospace">{apiKey.start}…</Text> },
      { name: 'Kind', value: apiKey.kind === 'secret' ? 'Secret' : <Badge color="blue">Publishable</Badge> },
      ...(apiKey.user
        ? [
            {
              name: 'Acts as',
              value: (
                <AnchorLink to="/users/$id" params={{ id: apiKey.user }}>
                  {apiKey.user}
                </AnchorLink>
              ),
            },
            { name: 'Roles', value: <RoleBadges roles={apiKey.roles} /> },
          ]
        : []),
      { name: 'Last used', value: apiKey.lastUsedAt ? <TimeAgo at={apiKey.lastUsedAt} /> : 'Never' },
      { name: 'Created', value: <TimeAgo at={apiKey.createdAt} /> },
      ...(apiKey.previousUntil
        ? [{ name: 'Old secret good until', value: <TimeAgo at={apiKey.previousUntil} /> }]
        : []),
    ]}
  />
)

function KeyEditor({ apiKey }: { readonly apiKey: ApiKey }) {
  const [draft, setDraft] = useState(() => toDraft(apiKey))
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const queries = useQueryClient()
  const save = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(undefined)
    try {
      await client.admin.apiKeys.update(apiKey.id, toChange(draft, apiKey))
      await queries.invalidateQueries({ queryKey: ['api-keys'] })
      notify('The key is changed')
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <form onSubmit={(event) => void save(event)}>
      <Stack gap="lg">
        <KeyForm draft={draft} onChange={setDraft} />
        {error !== undefined && <Problem error={error} />}
        <Group>
          <Button type="submit" loading={busy}>
            Save changes
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function KeyEnd({ apiKey }: { readonly apiKey: ApiKey }) {
  const [asks, setAsks] = useState<'rotate' | 'revoke'>()
  const [rotated, setRotated] = useState<ApiKeyWithSecret>()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const refresh = () => queries.invalidateQueries({ queryKey: ['api-keys'] })
  const close = () => setAsks(undefined)
  return (
    <Section title="Secret">
      <Group gap="xs">
        <Button size="xs" variant="default" onClick={() => setAsks('rotate')}>
          New secret
        </Button>
        <Button size="xs" variant="light" color="red" onClick={() => setAsks('revoke')}>
          Revoke key
        </Button>
      </Group>
      {asks === 'rotate' && (
        <RotateDialog
          id={apiKey.id}
          onClose={close}
          onRotated={async (key) => {
            close()
            setRotated(key)
            await refresh()
          }}
        />
      )}
      {rotated && <KeySecret apiKey={rotated} onClose={() => setRotated(undefined)} />}
      <Confirm
        opened={asks === 'revoke'}
        title={`Revoke ${apiKey.name}?`}
        label="Revoke key"
        danger
        typed={apiKey.name}
        onClose={close}
        onConfirm={async () => {
          await client.admin.apiKeys.delete(apiKey.id)
          await navigate({ to: '/api-keys' })
          await refresh()
        }}
      >
        <Text>Whatever uses it is refused at once, on every node. This cannot be undone.</Text>
      </Confirm>
    </Section>
  )
}
