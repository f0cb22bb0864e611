import { Box } from '@mantine/core'
import type { ComponentType } from 'react'
import { BooleanInput } from './boolean-input'
import { ListInput, OptionInput } from './choice-inputs'
import classes from './field-input.module.css'
import { GeoInput } from './geo-input'
import type { FieldInputProps, TypeInputProps } from './input-props'
import { JsonInput } from './json-input'
import { NumberInput } from './number-input'
import { ReadOnlyValue } from './read-only-value'
import { RelationInput } from './relation-input'
import { LineInput, RichTextInput, TextInput, UrlInput } from './text-inputs'
import { DateInput, DatetimeInput } from './time-inputs'
import { ValueTools } from './value-tools'
import { VectorInput } from './vector-input'

const inputs = {
  text: TextInput,
  richtext: RichTextInput,
  email: LineInput,
  url: UrlInput,
  slug: LineInput,
  integer: NumberInput,
  number: NumberInput,
  decimal: NumberInput,
  boolean: BooleanInput,
  date: DateInput,
  datetime: DatetimeInput,
  duration: LineInput,
  uuid: LineInput,
  json: JsonInput,
  select: OptionInput,
  multiselect: ListInput,
  tags: ListInput,
  relation: RelationInput,
  geopoint: GeoInput,
  vector: VectorInput,
} satisfies Record<string, ComponentType<TypeInputProps>>

/** Edits a value of any type. Null and empty are told apart, and each can be chosen where the field allows it. */
export function FieldInput({ label, error, ...props }: FieldInputProps) {
  const { field, compact = false, autoFocus = false } = props
  const name = label ?? field.name
  if (field.type === 'computed') return <ReadOnlyValue field={field} value={props.value} label={name} />
  const Input = inputs[field.type]
  const shown = {
    ...(compact
      ? { 'aria-label': name }
      : { label: name, description: field.description, withAsterisk: field.required }),
    size: compact ? ('xs' as const) : ('sm' as const),
    error,
    ...(autoFocus && { autoFocus, 'data-autofocus': true as const }),
  }
  return (
    <Box className={classes.field} data-field={field.name}>
      <Input {...props} shown={shown} name={name} />
      <ValueTools {...props} name={name} />
    </Box>
  )
}
