import { type Action, actions, type CollectionDefinition } from '@holdfast/contract'
import { Chip, Fieldset, Group, MultiSelect, SegmentedControl, Select, Stack, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { fieldsOf } from '../../client/record-fields'
import { completeConditions } from '../../conditions/complete'
import { JsonEditor } from '../../ui/json-editor'
import { roleNamesQuery } from '../who/who-queries'
import { ConditionsEditor } from './conditions-editor'
import type { DraftProblem, RuleDraft } from './rule-draft'
import classes from './rules.module.css'
import { TestsEditor } from './tests-editor'

interface RuleEditorProps {
  readonly draft: RuleDraft
  readonly problems: readonly DraftProblem[]
  readonly collection: CollectionDefinition
  readonly collections: readonly CollectionDefinition[]
  onChange(changes: Partial<RuleDraft>): void
}

const labels = { read: 'Read', create: 'Create', update: 'Update', delete: 'Delete' } as const

/** Everything of one rule. */
export function RuleEditor({ draft, problems, collection, collections, onChange }: RuleEditorProps) {
  const { data: named = [] } = useQuery(roleNamesQuery)
  const roles = [...new Set(['public', 'user', ...named.filter((role) => role !== 'admin'), draft.role])].filter(
    Boolean,
  )
  const problem = (...keys: string[]) => {
    const found = problems.filter(({ path }) => keys.some((key) => path === key || path.startsWith(`${key}.`)))
    return found.length === 0
      ? undefined
      : found.map(({ path, message }) => wordProblem(path, message, keys)).join('\n')
  }
  const writes = draft.actions.includes('create') || draft.actions.includes('update')
  const names = fieldsOf(collection).map(({ name }) => name)
  return (
    <Stack gap="md">
      <div className={classes.pair}>
        <Select
          label="Role"
          description="public is everybody, user everybody who is signed in"
          searchable
          allowDeselect={false}
          data={roles}
          value={draft.role}
          error={problem('role')}
          onChange={(role) => role && onChange({ role })}
        />
        <Fieldset variant="unstyled" legend={<span>Gives or takes away</span>}>
          <SegmentedControl
            aria-label="Allow or deny"
            data={[
              { value: 'allow', label: 'Allow' },
              { value: 'deny', label: 'Deny' },
            ]}
            value={draft.deny ? 'deny' : 'allow'}
            onChange={(value) => onChange({ deny: value === 'deny' })}
          />
        </Fieldset>
      </div>
      <Fieldset variant="unstyled" legend="Actions">
        <Chip.Group
          multiple
          value={[...draft.actions]}
          onChange={(next) => onChange({ actions: actions.filter((action) => next.includes(action)) as Action[] })}
        >
          <Group gap="xs">
            {actions.map((action) => (
              <Chip key={action} value={action} size="sm">
                {labels[action]}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
        {problem('action') && <Problem text={problem('action')!} />}
      </Fieldset>
      <ConditionsEditor
        text={draft.conditions}
        collection={collection}
        collections={collections}
        error={problem('conditions')}
        onChange={(conditions) => onChange({ conditions })}
      />
      <MultiSelect
        label="Fields"
        description="Only these may be read or written. Without any, all that are not hidden."
        placeholder={draft.fields.length === 0 ? 'All fields' : ''}
        searchable
        clearable
        data={[...new Set([...names, ...draft.fields])]}
        value={[...draft.fields]}
        error={problem('fields')}
        onChange={(fields) => onChange({ fields })}
      />
      {(writes || draft.preset !== '') && !draft.deny && (
        <JsonEditor
          label="Preset values"
          description="Set by the server when a record is written; callers may not send them."
          value={draft.preset}
          minHeight={60}
          error={problem('preset')}
          onChange={(preset) => onChange({ preset })}
          complete={completeConditions({ fields: fieldsOf(collection), collections, root: 'values', variables: true })}
        />
      )}
      <TextInput
        label="Description"
        placeholder="Why this rule is here"
        value={draft.description}
        error={problem('description')}
        onChange={(event) => onChange({ description: event.currentTarget.value })}
      />
      <TestsEditor
        draft={draft}
        collection={collection}
        collections={collections}
        problem={problem}
        onChange={onChange}
      />
      {problem('') && <Problem text={problem('')!} />}
    </Stack>
  )
}

const Problem = ({ text }: { readonly text: string }) => (
  <span role="alert" style={{ color: 'var(--mantine-color-error)', fontSize: 'var(--mantine-font-size-sm)' }}>
    {text}
  </span>
)

/** The place is told where it lies deeper than the control it stands at. */
function wordProblem(path: string, message: string, keys: readonly string[]): string {
  return keys.includes(path) || path === '' ? message : `${path.replace(/^[a-z]+\./, '')}: ${message}`
}
