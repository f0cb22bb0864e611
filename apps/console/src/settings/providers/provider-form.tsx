import type { Json, SettingsSection } from '@holdfast/contract'
import { HoldfastError } from '@holdfast/sdk'
import { Accordion, Anchor, Button, Group, Stack, Switch, Text, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { client } from '../../client/client'
import { Code } from '../../ui/code'
import { Confirm } from '../../ui/confirm'
import { notify } from '../../ui/notify'
import { Problem } from '../../ui/problem'
import { mergePatchOf } from '../merge-patch-of'
import { SchemaField } from '../schema-field'
import { settingsQuery } from '../settings-queries'
import type { ProviderKind } from './provider-kinds'
import { providersSection, type StoredProvider, schemaOfOne, usePublicUrl } from './provider-queries'

interface ProviderFormProps {
  readonly section: SettingsSection
  readonly kind: ProviderKind
  readonly id: string
  readonly provider: StoredProvider
  readonly isNew?: boolean
  onSaved(id: string): void
}

/** What a provider is told about us, and what it told about itself. Its secret is written and never shown. */
export function ProviderForm({ section, kind, id: firstId, provider, isNew = false, onSaved }: ProviderFormProps) {
  const [id, setId] = useState(firstId)
  const [draft, setDraft] = useState<StoredProvider>(provider)
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const [removes, setRemoves] = useState(false)
  const queries = useQueryClient()
  const navigate = useNavigate()
  const publicUrl = usePublicUrl()
  const schema = schemaOfOne(section)
  const shown = ['clientId', 'clientSecret', ...(kind.asks ?? [])]
  const more = Object.keys(schema).filter((name) => !['kind', 'enabled', ...shown].includes(name))
  const errors = error instanceof HoldfastError ? error.errors : []
  const save = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(undefined)
    try {
      const patch = isNew ? draft : mergePatchOf({ ...provider }, { ...draft })
      await client.admin.settings.update(providersSection, { [id]: patch as Json })
      await queries.invalidateQueries(settingsQuery)
      notify('Saved')
      onSaved(id)
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  const field = (name: string) => {
    const member = schema[name]
    if (!member) return null
    const change = (value: Json | undefined) => {
      const { [name]: _, ...others } = draft
      setDraft(value === undefined ? others : { ...others, [name]: value })
    }
    return (
      <SchemaField
        key={name}
        schema={member}
        value={draft[name]}
        onChange={change}
        errors={errors}
        pinned={section.pinned}
        path={`${id}.${name}`}
      />
    )
  }
  return (
    <form onSubmit={(event) => void save(event)}>
      <Stack gap="md" maw={640}>
        {isNew ? (
          <TextInput
            label="Id"
            description="Part of its addresses, and cannot be changed later: lower case, digits, dashes."
            value={id}
            onChange={({ currentTarget }) => setId(currentTarget.value)}
            pattern="[a-z][a-z0-9\-]{0,39}"
            required
          />
        ) : (
          <Switch
            label="Enabled"
            description="Switched off, nobody signs in by it. Accounts stay linked."
            checked={draft['enabled'] !== false}
            onChange={({ currentTarget }) => setDraft({ ...draft, enabled: currentTarget.checked })}
          />
        )}
        <Stack gap={4}>
          <Text size="sm" fw={500}>
            Redirect URI
          </Text>
          <Text size="xs" c="var(--hf-muted)">
            Register it {kind.registerAt ? <RegisterLink url={kind.registerAt} name={kind.name} /> : 'at the provider'}.
          </Text>
          <Code code={`${publicUrl}/api/v1/auth/oauth/${id}/callback`} label="Redirect URI" />
        </Stack>
        {shown.map(field)}
        <Accordion variant="separated" chevronPosition="left">
          <Accordion.Item value="more">
            <Accordion.Control>More options</Accordion.Control>
            <Accordion.Panel>
              <Stack gap="md">{more.map(field)}</Stack>
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
        {error !== undefined && <Problem error={error} />}
        <Group gap="xs">
          <Button type="submit" loading={busy}>
            {isNew ? 'Add provider' : 'Save'}
          </Button>
          {!isNew && (
            <Button variant="light" color="red" onClick={() => setRemoves(true)}>
              Remove provider
            </Button>
          )}
        </Group>
      </Stack>
      <Confirm
        opened={removes}
        title={`Remove ${id}?`}
        label="Remove provider"
        danger
        typed={id}
        onClose={() => setRemoves(false)}
        onConfirm={async () => {
          await client.admin.settings.update(providersSection, { [id]: null })
          await navigate({ to: '/settings/providers' })
          await queries.invalidateQueries(settingsQuery)
        }}
      >
        <Text>Its client id and secret are gone, and people who have no other way to sign in cannot sign in.</Text>
      </Confirm>
    </form>
  )
}

const RegisterLink = ({ url, name }: { readonly url: string; readonly name: string }) => (
  <>
    at{' '}
    <Anchor href={url} target="_blank" rel="noreferrer noopener" size="xs" underline="always">
      {name}
    </Anchor>
  </>
)
