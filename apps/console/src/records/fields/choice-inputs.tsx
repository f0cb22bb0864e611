import { MultiSelect, Select, TagsInput } from '@mantine/core'
import { type FieldContent, nothing, type TypeInputProps } from './input-props'

export function OptionInput(props: TypeInputProps) {
  const { field, value, onChange, shown, compact } = props
  const chosen = typeof value === 'string' ? value : null
  return (
    <Select
      {...shown}
      data={withChosen(field.options, chosen === null ? [] : [chosen])}
      value={chosen}
      onChange={(option) => onChange(option ?? nothing(props))}
      placeholder={value === null ? 'null' : 'Choose one'}
      selectFirstOptionOnChange
      searchable={(field.options?.length ?? 0) > 7}
      clearable={!field.required && !compact}
      allowDeselect={false}
      checkIconPosition="right"
      comboboxProps={{ withinPortal: true }}
    />
  )
}

/** Options that are chosen, or words that are typed. */
export function ListInput({ field, value, onChange, shown }: TypeInputProps) {
  const items = listOf(value)
  const props = {
    ...shown,
    value: items,
    onChange: (chosen: string[]) => onChange(chosen),
    placeholder:
      items.length > 0 ? '' : value === null ? 'null' : field.type === 'tags' ? 'Type and press Enter' : 'Choose some',
  }
  if (field.type === 'tags') return <TagsInput {...props} acceptValueOnBlur splitChars={[]} />
  return (
    <MultiSelect
      {...props}
      data={withChosen(field.options, items)}
      searchable
      selectFirstOptionOnChange
      hidePickedOptions
    />
  )
}

const listOf = (value: FieldContent): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []

/** Options as they are now, and what was chosen while they were others. */
const withChosen = (options: readonly string[] = [], chosen: readonly string[]): string[] => [
  ...new Set([...options, ...chosen]),
]
