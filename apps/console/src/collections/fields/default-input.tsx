import type { FieldDefinition, Json } from '@holdfast/contract'
import { NumberInput, Select, TagsInput, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { FieldFormProps } from './field-form-props'

const label = 'Default'

/** The value of a create that leaves the field out. */
export function DefaultInput({ field, onChange, problemOf }: Pick<FieldFormProps, 'field' | 'onChange' | 'problemOf'>) {
  const error = problemOf('default')
  const description = 'When a create leaves it out.'
  const set = (value: Json | undefined) => onChange({ default: value })
  const { default: value } = field
  switch (field.type) {
    case 'boolean':
      return (
        <Select
          {...{ label, description, error }}
          placeholder="None"
          data={['true', 'false']}
          value={value === undefined ? null : String(value)}
          onChange={(next) => set(next === null ? undefined : next === 'true')}
          clearable
        />
      )
    case 'integer':
    case 'number':
      return (
        <NumberInput
          {...{ label, description, error }}
          placeholder="None"
          value={typeof value === 'number' ? value : ''}
          onChange={(next) => set(typeof next === 'number' ? next : undefined)}
          allowDecimal={field.type === 'number'}
        />
      )
    case 'select':
      return (
        <Select
          {...{ label, description, error }}
          placeholder="None"
          data={[...new Set(field.options ?? [])]}
          value={typeof value === 'string' ? value : null}
          onChange={(next) => set(next ?? undefined)}
          clearable
        />
      )
    case 'multiselect':
    case 'tags':
      return (
        <TagsInput
          {...{ label, description, error }}
          value={Array.isArray(value) ? value.map(String) : []}
          onChange={(next) => set(next.length > 0 ? next : undefined)}
          acceptValueOnBlur
        />
      )
    case 'json':
    case 'geopoint':
    case 'vector':
      return <JsonDefault field={field} error={error} onChange={set} />
    default:
      return (
        <TextInput
          {...{ label, error }}
          description={
            field.type === 'date' || field.type === 'datetime' ? '$now is the time of the create.' : description
          }
          placeholder="None"
          value={typeof value === 'string' ? value : ''}
          onChange={(event) => set(event.currentTarget.value || undefined)}
          autoComplete="off"
        />
      )
  }
}

interface JsonDefaultProps {
  readonly field: FieldDefinition
  readonly error: string | undefined
  onChange(value: Json | undefined): void
}

function JsonDefault({ field, error, onChange }: JsonDefaultProps) {
  const [text, setText] = useState(() => (field.default === undefined ? '' : JSON.stringify(field.default)))
  const parsed = parse(text)
  return (
    <TextInput
      label={label}
      description="When a create leaves it out, as JSON."
      placeholder={field.type === 'geopoint' ? '{"lat": 52.5, "lon": 13.4}' : 'None'}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value)
        const next = parse(event.currentTarget.value)
        if (next.isSound) onChange(next.value)
      }}
      error={parsed.isSound ? error : 'This is no JSON yet'}
      autoComplete="off"
      spellCheck={false}
    />
  )
}

function parse(text: string): { isSound: boolean; value?: Json } {
  if (text.trim() === '') return { isSound: true }
  try {
    return { isSound: true, value: JSON.parse(text) as Json }
  } catch {
    return { isSound: false }
  }
}
