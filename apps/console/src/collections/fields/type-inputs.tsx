import type { FieldDefinition, VectorMetric } from '@holdfast/contract'
import { NumberInput, Select, SimpleGrid, TagsInput, Textarea, TextInput } from '@mantine/core'
import { liveFields } from '../draft/draft'
import type { FieldFormProps } from './field-form-props'
import { JsonKey } from './json-key'

/** Keys that only one or two types have. */
export function TypeInputs({ field, onChange, problemOf, draft }: FieldFormProps) {
  switch (field.type) {
    case 'select':
    case 'multiselect':
      return (
        <TagsInput
          label="Options"
          description="Type one and press Enter. The plan tells how many records have one that you take away."
          {...(!field.options?.length && { placeholder: 'draft' })}
          value={field.options ?? []}
          onChange={(options) => onChange({ options })}
          error={problemOf('options')}
          splitChars={[]}
          acceptValueOnBlur
        />
      )
    case 'slug':
      return (
        <Select
          label="Made from"
          description="The text field it is made from when a create leaves it out."
          placeholder="Nothing: it has to be given"
          data={liveFields(draft).flatMap(({ field: { type, name } }) => (type === 'text' && name ? [name] : []))}
          value={field.from ?? null}
          onChange={(from) => onChange({ from: from ?? undefined })}
          error={problemOf('from')}
          clearable
          maw={360}
        />
      )
    case 'text':
      return (
        <TextInput
          label="Pattern"
          description="A regular expression (RE2) the whole value matches: [A-Z]{3}-\d+"
          value={field.pattern ?? ''}
          onChange={(event) => onChange({ pattern: event.currentTarget.value || undefined })}
          error={problemOf('pattern')}
          autoComplete="off"
          spellCheck={false}
        />
      )
    case 'json':
      return (
        <JsonKey
          label="JSON Schema"
          add="Add a JSON Schema"
          says="Values have to satisfy it (draft 2020-12). Filters know the types of what it describes."
          value={field.schema}
          onChange={(schema) => onChange({ schema })}
          error={problemOf('schema')}
        />
      )
    case 'vector':
      return (
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <NumberInput
            label="Dimensions"
            description="Numbers in each value, as your model gives them."
            value={field.dimensions ?? ''}
            onChange={(value) => onChange({ dimensions: typeof value === 'number' ? value : undefined })}
            error={problemOf('dimensions')}
            min={1}
            max={16_000}
            allowDecimal={false}
          />
          <Select
            label="Distance"
            description="How far two values lie apart when a query does not say."
            data={[
              { value: 'cosine', label: 'Cosine' },
              { value: 'innerProduct', label: 'Inner product' },
              { value: 'l2', label: 'Euclidean (L2)' },
            ]}
            value={field.metric ?? 'cosine'}
            onChange={(value) =>
              onChange({ metric: (value === 'cosine' ? undefined : value) as VectorMetric | undefined })
            }
            error={problemOf('metric')}
            allowDeselect={false}
          />
        </SimpleGrid>
      )
    case 'computed':
      return (
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <Textarea
            label="Expression"
            description="Over fields of the same record: price * quantity, lower(title)"
            value={field.expression ?? ''}
            onChange={(event) => onChange({ expression: event.currentTarget.value || undefined })}
            error={problemOf('expression')}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
            autosize
            minRows={1}
            spellCheck={false}
          />
          <Select
            label="Gives"
            description="The type of the result."
            data={['text', 'integer', 'number', 'decimal', 'boolean']}
            value={field.returns ?? 'text'}
            onChange={(returns) =>
              onChange({ returns: (returns ?? 'text') as NonNullable<FieldDefinition['returns']> })
            }
            error={problemOf('returns')}
            allowDeselect={false}
          />
        </SimpleGrid>
      )
    default:
      return null
  }
}
