import { NumberInput, SimpleGrid, TextInput } from '@mantine/core'
import type { FieldFormProps } from './field-form-props'
import type { FieldKey } from './field-keys'

const counts = [
  ['minLength', 'Shortest', 'characters'],
  ['maxLength', 'Longest', 'characters'],
  ['minItems', 'Fewest', 'items'],
  ['maxItems', 'Most', 'items'],
  ['precision', 'Digits in all', '18 if left out'],
  ['scale', 'After the point', 'digits, 6 if left out'],
] as const

/** How long, how many, how large. */
export function LimitInputs({
  field,
  onChange,
  problemOf,
  keys,
}: FieldFormProps & { readonly keys: ReadonlySet<FieldKey> }) {
  const shown = counts.filter(([key]) => keys.has(key))
  if (shown.length === 0 && !keys.has('min')) return null
  return (
    <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="md" style={{ alignItems: 'end' }}>
      {shown.map(([key, label, says]) => (
        <NumberInput
          key={key}
          label={label}
          description={says}
          value={field[key] ?? ''}
          onChange={(value) => onChange({ [key]: typeof value === 'number' ? value : undefined })}
          error={problemOf(key)}
          min={0}
          allowDecimal={false}
          allowNegative={false}
        />
      ))}
      {(['min', 'max'] as const)
        .filter((key) => keys.has(key))
        .map((key) => (
          <Bound key={key} name={key} field={field} onChange={onChange} problem={problemOf(key)} />
        ))}
    </SimpleGrid>
  )
}

interface BoundProps extends Pick<FieldFormProps, 'field' | 'onChange'> {
  readonly name: 'min' | 'max'
  readonly problem: string | undefined
}

/** Numbers for numbers; texts where the server wants texts: exact decimals, days and times. */
function Bound({ name, field, onChange, problem }: BoundProps) {
  const isTime = field.type === 'date' || field.type === 'datetime'
  const label = isTime ? { min: 'Earliest', max: 'Latest' }[name] : { min: 'Smallest', max: 'Largest' }[name]
  if (field.type === 'integer' || field.type === 'number') {
    const value = field[name]
    return (
      <NumberInput
        label={label}
        value={typeof value === 'number' ? value : ''}
        onChange={(next) => onChange({ [name]: typeof next === 'number' ? next : undefined })}
        error={problem}
        allowDecimal={field.type === 'number'}
      />
    )
  }
  const example = { decimal: '12.50', date: '2026-01-31', datetime: '2026-01-31T09:00:00Z' }[field.type as string]
  return (
    <TextInput
      label={label}
      placeholder={example ?? ''}
      value={field[name] ?? ''}
      onChange={(event) => onChange({ [name]: event.currentTarget.value || undefined })}
      error={problem}
      autoComplete="off"
    />
  )
}
