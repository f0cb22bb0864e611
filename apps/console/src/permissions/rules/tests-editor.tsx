import { type Action, type CollectionDefinition } from '@holdfast/contract'
import {
  ActionIcon,
  Autocomplete,
  Button,
  Group,
  SegmentedControl,
  Select,
  Stack,
  Text,
  TextInput,
} from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { fieldsOf } from '../../client/record-fields'
import { completeConditions } from '../../conditions/complete'
import { JsonEditor } from '../../ui/json-editor'
import { nextId, type RuleDraft, type TestDraft } from './rule-draft'
import classes from './rules.module.css'

interface TestsEditorProps {
  readonly draft: RuleDraft
  readonly collection: CollectionDefinition
  readonly collections: readonly CollectionDefinition[]
  problem(...keys: string[]): string | undefined
  onChange(changes: Partial<RuleDraft>): void
}

/** The tests of a rule: who, which record, and what is expected. */
export function TestsEditor({ draft, collection, collections, problem, onChange }: TestsEditorProps) {
  const { tests } = draft
  const change = (id: number, changes: Partial<TestDraft>) =>
    onChange({ tests: tests.map((test) => (test.id === id ? { ...test, ...changes } : test)) })
  const add = () => onChange({ tests: [...tests, newTest(draft)] })
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Text fw={550}>Tests</Text>
        <Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} />} onClick={add}>
          Add test
        </Button>
      </Group>
      {tests.length === 0 && (
        <Text size="sm" c="var(--hf-muted)">
          A test says what must stay allowed or denied. It runs with every change; while one fails, nothing is saved.
        </Text>
      )}
      {tests.map((test, at) => (
        <fieldset key={test.id} className={classes.card} style={{ margin: 0, padding: 12, minWidth: 0 }}>
          <legend style={{ padding: '0 4px' }}>Test {at + 1}</legend>
          <Stack gap="sm">
            <Group gap="xs" wrap="nowrap" align="flex-end">
              <TextInput
                label="What it shows"
                placeholder="A locked task is closed to its owner"
                value={test.description}
                onChange={(event) => change(test.id, { description: event.currentTarget.value })}
                style={{ flex: 1 }}
              />
              <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                aria-label={`Remove test ${at + 1}`}
                onClick={() => onChange({ tests: tests.filter(({ id }) => id !== test.id) })}
              >
                <IconTrash size={16} />
              </ActionIcon>
            </Group>
            <div className={classes.pair}>
              <Autocomplete
                label="As"
                description='A role, or a user: {"id": "…", "roles": []}'
                data={[...new Set(['public', 'user', draft.role])]}
                value={test.as}
                error={problem(`tests.${at}.as`)}
                onChange={(as) => change(test.id, { as })}
              />
              <Select
                label="Does"
                description="Of the actions of the rule"
                data={[...draft.actions]}
                placeholder={draft.actions[0] ?? ''}
                value={test.action ?? null}
                error={problem(`tests.${at}.action`)}
                onChange={(action) => change(test.id, { action: (action as Action | null) ?? undefined })}
              />
            </div>
            <JsonEditor
              label="With the record"
              value={test.record}
              minHeight={60}
              error={problem(`tests.${at}.record`, `tests.${at}.fields`, `tests.${at}.expect`)}
              onChange={(record) => change(test.id, { record })}
              complete={completeConditions({ fields: fieldsOf(collection), collections, root: 'values' })}
            />
            <SegmentedControl
              aria-label="Expected"
              style={{ alignSelf: 'flex-start' }}
              data={[
                { value: 'allowed', label: 'Is allowed' },
                { value: 'denied', label: 'Is denied' },
              ]}
              value={test.expect}
              onChange={(expect) => change(test.id, { expect: expect as TestDraft['expect'] })}
            />
          </Stack>
        </fieldset>
      ))}
    </Stack>
  )
}

const newTest = ({ role, deny }: RuleDraft): TestDraft => ({
  id: nextId(),
  description: '',
  as: role,
  action: undefined,
  expect: deny ? 'denied' : 'allowed',
  record: '{}',
  fields: [],
})
