import type { OnDelete } from '@holdfast/contract'
import { SegmentedControl, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { useId } from 'react'
import type { FieldFormProps } from './field-form-props'

/** Where a relation leads, how many, and what becomes of it. */
export function RelationInputs({ field, onChange, problemOf, draft, collections }: FieldFormProps) {
  const id = useId()
  if (field.type !== 'relation') return null
  const names = new Set([...collections.map(({ name }) => name), ...(draft.options.name ? [draft.options.name] : [])])
  const required = field.required === true && !field.many
  const standard = required ? 'restrict' : 'setNull'
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md" style={{ alignItems: 'end' }}>
      <Select
        label="Collection"
        description="Where it leads."
        placeholder="Choose a collection"
        data={[...names]}
        value={field.collection ?? null}
        onChange={(collection) => onChange({ collection: collection ?? undefined })}
        error={problemOf('collection')}
        searchable
      />
      <Stack gap={4}>
        <Text id={id} size="sm" fw={500}>
          Leads to
        </Text>
        <SegmentedControl
          aria-labelledby={id}
          data={[
            { value: 'one', label: 'One record' },
            { value: 'many', label: 'A list of records' },
          ]}
          value={field.many ? 'many' : 'one'}
          onChange={(value) => onChange({ many: value === 'many' || undefined })}
        />
        {problemOf('many') && (
          <Text size="xs" c="var(--mantine-color-error)">
            {problemOf('many')}
          </Text>
        )}
      </Stack>
      {!field.many && (
        <Select
          label="When the other record is deleted"
          data={[
            { value: 'setNull', label: 'This field becomes empty', disabled: required },
            { value: 'restrict', label: 'The delete is refused' },
            { value: 'cascade', label: 'This record is deleted too' },
          ]}
          value={field.onDelete ?? standard}
          onChange={(value) => onChange({ onDelete: (value === standard ? undefined : value) as OnDelete | undefined })}
          error={problemOf('onDelete')}
          allowDeselect={false}
        />
      )}
      <TextInput
        label="Name from the other side"
        description={
          field.collection
            ? `What ${field.collection} calls the records that lead to it.`
            : 'What the other collection calls these records.'
        }
        placeholder={draft.options.name || 'posts'}
        value={field.inverse ?? ''}
        onChange={(event) => onChange({ inverse: event.currentTarget.value || undefined })}
        error={problemOf('inverse')}
        autoComplete="off"
        spellCheck={false}
      />
    </SimpleGrid>
  )
}
