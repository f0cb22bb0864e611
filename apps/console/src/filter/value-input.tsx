import type { FieldDefinition, Json } from '@holdfast/contract'
import { MultiSelect, NativeSelect, NumberInput, TagsInput, Textarea, TextInput } from '@mantine/core'
import { use, useState } from 'react'
import { shownType } from '../records/cells/field-text'
import classes from './filter-builder.module.css'
import { type OperatorChoice, operandShape } from './operators'
import { RelatedValue, RelatedValues } from './related-value'
import { Variables } from './variables'

interface ValueInputProps {
  readonly field: FieldDefinition
  readonly insideJson: boolean
  readonly operator: OperatorChoice
  readonly value: Json | undefined
  onChange(value: Json | undefined): void
}

/** What a field is compared with, by its type and by the operator. */
export function ValueInput({ field, insideJson, operator, value, onChange }: ValueInputProps) {
  const mayBeVariable = use(Variables)
  const related = field.type === 'relation' && !mayBeVariable ? field.collection : undefined
  switch (operandShape(operator)) {
    case 'none':
      return null
    case 'list':
      if (related !== undefined) return <RelatedValues collection={related} value={value} onChange={onChange} />
      return <ListInput field={field} value={value} onChange={onChange} />
    case 'pair': {
      const [low, high] = Array.isArray(value) ? value : []
      const tell = (pair: readonly (Json | undefined)[]) =>
        onChange(pair.some((item) => item === undefined || item === '') ? undefined : (pair as Json[]))
      return <PairInput field={field} low={low} high={high} onChange={tell} />
    }
    case 'near':
      return <NearInput value={value} onChange={onChange} />
    case 'json':
      return <JsonInput value={value} onChange={onChange} />
    case 'text':
      return <TextValue value={value} onChange={onChange} />
    default:
      if (related !== undefined) return <RelatedValue collection={related} value={value} onChange={onChange} />
      return insideJson ? (
        <LooseInput value={value} onChange={onChange} />
      ) : (
        <OneInput field={field} value={value} onChange={onChange} />
      )
  }
}

interface InputProps {
  readonly value: Json | undefined
  onChange(value: Json | undefined): void
  readonly label?: string
}

const asText = (value: Json | undefined): string =>
  value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)

const TextValue = ({ value, onChange, label = 'Value' }: InputProps) => (
  <TextInput
    size="sm"
    aria-label={label}
    placeholder="Value"
    value={asText(value)}
    onChange={(event) => onChange(event.currentTarget.value)}
  />
)

/** One value of the type of the field. */
function OneInput({ field, value, onChange, label = 'Value' }: InputProps & { readonly field: FieldDefinition }) {
  switch (shownType(field)) {
    case 'integer':
    case 'number':
      return (
        <NumberInput
          size="sm"
          aria-label={label}
          placeholder="Number"
          hideControls
          value={typeof value === 'number' ? value : ''}
          onChange={(next) => onChange(typeof next === 'number' ? next : undefined)}
        />
      )
    case 'boolean':
      return (
        <NativeSelect
          size="sm"
          aria-label={label}
          value={asText(value)}
          onChange={(event) => onChange(event.currentTarget.value === 'true')}
          data={[{ value: '', label: 'Choose', disabled: true }, 'true', 'false']}
        />
      )
    case 'select':
      return (
        <NativeSelect
          size="sm"
          aria-label={label}
          value={asText(value)}
          onChange={(event) => onChange(event.currentTarget.value)}
          data={[{ value: '', label: 'Choose', disabled: true }, ...(field.options ?? [])]}
        />
      )
    case 'date':
      return (
        <TextInput
          size="sm"
          type="date"
          aria-label={label}
          value={asText(value)}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )
    case 'datetime':
      return <MomentInput value={value} onChange={onChange} label={label} />
    default:
      return <TextValue value={value} onChange={onChange} label={label} />
  }
}

/** A time as it is here; what is told is the same in UTC. */
function MomentInput({ value, onChange, label = 'Value' }: InputProps) {
  return (
    <TextInput
      size="sm"
      type="datetime-local"
      aria-label={label}
      value={toLocal(asText(value))}
      onChange={(event) => {
        const date = new Date(event.currentTarget.value)
        onChange(Number.isNaN(date.getTime()) ? undefined : date.toISOString())
      }}
    />
  )
}

function toLocal(text: string): string {
  const date = new Date(text)
  if (Number.isNaN(date.getTime())) return ''
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

function ListInput({ field, value, onChange }: InputProps & { readonly field: FieldDefinition }) {
  const items = (Array.isArray(value) ? value : []).map(asText)
  const isNumber = ['integer', 'number'].includes(shownType(field))
  const tell = (next: string[]) =>
    onChange(isNumber ? next.map(Number).filter((item) => !Number.isNaN(item)) : (next as Json[]))
  if (field.options)
    return <MultiSelect size="sm" aria-label="Values" data={field.options} value={items} onChange={tell} />
  return (
    <TagsInput
      size="sm"
      aria-label="Values"
      placeholder={items.length === 0 ? 'Type, then Enter' : ''}
      value={items}
      onChange={tell}
      acceptValueOnBlur
    />
  )
}

interface PairInputProps {
  readonly field: FieldDefinition
  readonly low: Json | undefined
  readonly high: Json | undefined
  onChange(pair: readonly (Json | undefined)[]): void
}

/** Keeps the one that is there while the other is not. */
function PairInput({ field, low, high, onChange }: PairInputProps) {
  const [pair, setPair] = useState([low, high])
  const change = (place: 0 | 1) => (value: Json | undefined) => {
    const next = pair.with(place, value)
    setPair(next)
    onChange(next)
  }
  return (
    <div className={classes.pair}>
      <OneInput field={field} value={pair[0]} onChange={change(0)} label="From" />
      <OneInput field={field} value={pair[1]} onChange={change(1)} label="To" />
    </div>
  )
}

/** A place and how far from it. */
function NearInput({ value, onChange }: InputProps) {
  const [place, setPlace] = useState<{ readonly [part: string]: Json }>(
    typeof value === 'object' && value !== null && !Array.isArray(value) ? value : { km: 50 },
  )
  const change = (part: string) => (number: number | string) => {
    const next = { ...place, [part]: number }
    setPlace(next)
    const whole = ['lat', 'lon', 'km'].every((name) => typeof next[name] === 'number')
    onChange(whole ? next : undefined)
  }
  const parts = [
    ['lat', 'Latitude'],
    ['lon', 'Longitude'],
    ['km', 'Kilometres'],
  ] as const
  return (
    <div className={classes.pair}>
      {parts.map(([part, label]) => (
        <NumberInput
          key={part}
          size="sm"
          hideControls
          aria-label={label}
          placeholder={label}
          value={typeof place[part] === 'number' ? place[part] : ''}
          onChange={change(part)}
        />
      ))}
    </div>
  )
}

/** A text that is JSON: numbers, conditions, areas. */
function JsonInput({ value, onChange }: InputProps) {
  const [text, setText] = useState(value === undefined ? '' : JSON.stringify(value))
  const [wrong, setWrong] = useState(false)
  return (
    <Textarea
      size="sm"
      aria-label="Value as JSON"
      placeholder='{ "stars": { "$gt": 3 } }'
      autosize
      maxRows={6}
      value={text}
      error={wrong && 'This is no JSON yet'}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      onChange={(event) => {
        setText(event.currentTarget.value)
        const parsed = parse(event.currentTarget.value)
        setWrong(parsed === undefined && event.currentTarget.value.trim() !== '')
        onChange(parsed)
      }}
    />
  )
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

/** Inside JSON the value says its type: `10` and `true` are what they look like, `"10"` is a text. */
function LooseInput({ value, onChange }: InputProps) {
  const [text, setText] = useState(typeof value === 'string' ? quoteIfNeeded(value) : asText(value))
  return (
    <TextInput
      size="sm"
      aria-label="Value"
      placeholder='10, true, or text; "10" is a text'
      value={text}
      onChange={(event) => {
        const typed = event.currentTarget.value
        setText(typed)
        const parsed = parse(typed)
        onChange(parsed === undefined || parsed === null ? typed : parsed)
      }}
    />
  )
}

const quoteIfNeeded = (text: string): string => (parse(text) === undefined ? text : JSON.stringify(text))
