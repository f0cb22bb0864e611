import type { FieldDefinition, SearchWeight } from '@holdfast/contract'
import { Checkbox, Select, Stack, Text } from '@mantine/core'
import classes from './field-form.module.css'
import type { FieldKey } from './field-keys'

interface FieldFlagsProps {
  readonly field: FieldDefinition
  readonly keys: ReadonlySet<FieldKey>
  onChange(patch: Partial<FieldDefinition>): void
  problemOf(key: FieldKey): string | undefined
}

const flags = [
  ['required', 'Required', 'Must be given at create, never null'],
  ['unique', 'Unique', 'No two records share a value'],
  ['index', 'Index', 'Finds and sorts quickly by it'],
  ['immutable', 'Immutable', 'Set at create, never changed'],
  ['hidden', 'Hidden', 'Read by admins only'],
] as const

/** What is on or off, and what is searched. */
export function FieldFlags({ field, keys, onChange, problemOf }: FieldFlagsProps) {
  const shown = flags.filter(([key]) => keys.has(key))
  const problems = shown.flatMap(([key]) => problemOf(key) ?? [])
  return (
    <Stack gap="sm">
      <div className={classes.flags}>
        {shown.map(([key, label, says]) => (
          <Checkbox
            key={key}
            label={label}
            description={says}
            checked={field[key] ?? false}
            onChange={(event) => onChange({ [key]: event.currentTarget.checked || undefined })}
            error={problemOf(key) !== undefined}
          />
        ))}
      </div>
      {problems.map((problem) => (
        <Text key={problem} size="xs" c="var(--mantine-color-error)" role="alert">
          {problem}
        </Text>
      ))}
      {keys.has('searchable') && (
        <Select
          label="Search"
          description="Whether a search looks in it, and how much a word found here counts."
          data={weights}
          value={weightOf(field.searchable)}
          onChange={(value) =>
            onChange({ searchable: (value === 'off' ? undefined : value) as SearchWeight | undefined })
          }
          error={problemOf('searchable')}
          allowDeselect={false}
          maw={320}
        />
      )}
    </Stack>
  )
}

const weights = [
  { value: 'off', label: 'Not searched' },
  { value: 'A', label: 'A: counts most, for titles' },
  { value: 'B', label: 'B' },
  { value: 'C', label: 'C' },
  { value: 'D', label: 'D: counts least, for long texts' },
]

const weightOf = (searchable: FieldDefinition['searchable']): string =>
  searchable === true ? 'D' : searchable ? searchable : 'off'
