import { type CollectionDefinition, channelActions } from '@holdfast/contract'
import { Button, Chip, Fieldset, Group, Select, Stack, Text } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { ConditionsEditor } from '../../permissions/rules/conditions-editor'
import { roleNamesQuery } from '../../permissions/who/who-queries'
import { type ChannelRuleDraft, readConditions } from './channel-draft'

interface ChannelRuleProps {
  readonly rule: ChannelRuleDraft
  readonly number: number
  /** Whose records have the channels: without one there is nothing to set conditions on. */
  readonly collection: CollectionDefinition | undefined
  readonly collections: readonly CollectionDefinition[]
  /** What the server says of a part of it. */
  problem(key: 'role' | 'action' | 'conditions'): string | undefined
  onChange(change: Partial<ChannelRuleDraft>): void
  onRemove(): void
}

const labels = { join: 'Join and listen', send: 'Send', presence: 'Be seen and see others' } as const

/** One rule: whom it lets do what, in the channels of which records. */
export function ChannelRuleInput(props: ChannelRuleProps) {
  const { rule, number, collection, collections, problem, onChange, onRemove } = props
  const { data: named = [] } = useQuery(roleNamesQuery)
  const roles = [...new Set(['public', 'user', ...named.filter((role) => role !== 'admin'), rule.role])]
  const isJson = readConditions(rule.conditions) !== undefined
  return (
    <Fieldset legend={`Rule ${number}`}>
      <Stack gap="sm">
        <Group justify="space-between" align="flex-end" gap="xs" wrap="nowrap">
          <Select
            label="Role"
            searchable
            allowDeselect={false}
            data={roles}
            value={rule.role}
            error={problem('role')}
            onChange={(role) => role && onChange({ role })}
          />
          <Button
            variant="subtle"
            color="red"
            size="xs"
            flex="none"
            leftSection={<IconTrash size={14} />}
            aria-label={`Remove rule ${number}`}
            onClick={onRemove}
          >
            Remove
          </Button>
        </Group>
        <Chip.Group
          multiple
          value={[...rule.actions]}
          onChange={(next) => onChange({ actions: channelActions.filter((action) => next.includes(action)) })}
        >
          <Group gap="xs" role="group" aria-label="May">
            {channelActions.map((action) => (
              <Chip key={action} value={action} size="sm">
                {labels[action]}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
        {(rule.actions.length === 0 || problem('action')) && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {problem('action') ?? 'Choose what it allows, or remove the rule'}
          </Text>
        )}
        {collection && (
          <ConditionsEditor
            key={collection.name}
            text={rule.conditions}
            collection={collection}
            collections={collections}
            error={isJson ? problem('conditions') : 'This is not a JSON object yet'}
            onChange={(conditions) => onChange({ conditions })}
          />
        )}
      </Stack>
    </Fieldset>
  )
}
