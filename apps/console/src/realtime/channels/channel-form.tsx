import type { ChannelDefinition, CollectionDefinition } from '@holdfast/contract'
import { HoldfastError } from '@holdfast/sdk'
import { Button, Group, Select, Stack, Text, TextInput, Title } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import { fieldError } from '../../ui/field-error'
import { Problem } from '../../ui/problem'
import { type ChannelRuleDraft, isComplete, newRule, toDefinition, toDraft } from './channel-draft'
import { ChannelRuleInput } from './channel-rule'

interface ChannelFormProps {
  readonly channel?: ChannelDefinition
  readonly collections: readonly CollectionDefinition[]
  readonly error: unknown
  readonly busy: boolean
  onSubmit(definition: ChannelDefinition): void
  onCancel(): void
}

/** Name, collection and rules of a channel. */
export function ChannelForm({ channel, collections, error, busy, onSubmit, onCancel }: ChannelFormProps) {
  const [draft, setDraft] = useState(() => toDraft(channel))
  const change = (to: Partial<typeof draft>) => setDraft((old) => ({ ...old, ...to }))
  const changeRule = (id: number, to: Partial<ChannelRuleDraft>) =>
    setDraft((old) => ({ ...old, rules: old.rules.map((rule) => (rule.id === id ? { ...rule, ...to } : rule)) }))
  const collection = collections.find(({ name }) => name === draft.collection)
  const address = draft.name.trim() || 'name'
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isComplete(draft)) onSubmit(toDefinition(draft))
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          label="Name"
          description={
            channel ? 'A channel keeps its name' : 'Clients join by it: letters, digits and _, a small letter first'
          }
          placeholder="lobby"
          value={draft.name}
          readOnly={channel !== undefined}
          error={fieldError(error, 'name')}
          onChange={(event) => change({ name: event.currentTarget.value })}
          data-autofocus={channel === undefined || undefined}
        />
        <TextInput
          label="Description"
          description="What it is for, so that others know"
          value={draft.description}
          error={fieldError(error, 'description')}
          onChange={(event) => change({ description: event.currentTarget.value })}
          data-autofocus={channel !== undefined || undefined}
        />
        <Select
          label="A channel for each record of"
          description={
            collection
              ? `Clients join ${address}/ and the id of a record of ${collection.name}`
              : `None: there is one channel, ${address}`
          }
          placeholder="No collection"
          searchable
          clearable
          value={draft.collection || null}
          data={collections.map(({ name }) => name)}
          error={fieldError(error, 'collection')}
          onChange={(name) => change({ collection: name ?? '' })}
        />
        <Group justify="space-between">
          <Title order={2}>Rules</Title>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPlus size={14} />}
            onClick={() => change({ rules: [...draft.rules, newRule()] })}
          >
            Add rule
          </Button>
        </Group>
        {draft.rules.length === 0 && (
          <Text c="var(--hf-muted)">Without a rule the channel is closed to all but admins. Add one to open it.</Text>
        )}
        {draft.rules.map((rule, index) => (
          <ChannelRuleInput
            key={rule.id}
            rule={rule}
            number={index + 1}
            collection={collection}
            collections={collections}
            problem={(key) => ruleProblem(error, `rules.${index}.${key}`)}
            onChange={(to) => changeRule(rule.id, to)}
            onRemove={() => change({ rules: draft.rules.filter(({ id }) => id !== rule.id) })}
          />
        ))}
        {error !== undefined && error !== null && !isSaid(error) && <Problem error={error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={busy} disabled={!isComplete(draft)}>
            {channel ? 'Save' : 'Create the channel'}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

const shownPaths = /^(name|description|collection|rules\.\d+\.(role|action|conditions)(\..*)?)$/

/** Whether the form shows every mistake where it was made. */
const isSaid = (error: unknown): boolean =>
  error instanceof HoldfastError && error.errors.length > 0 && error.errors.every(({ path }) => shownPaths.test(path))

/** What the server says of a part of a rule, or of something inside of it. */
function ruleProblem(error: unknown, path: string): string | undefined {
  if (!(error instanceof HoldfastError)) return undefined
  const found = error.errors.filter((item) => item.path === path || item.path.startsWith(`${path}.`))
  return found.length === 0 ? undefined : found.map(({ message }) => message).join('\n')
}
