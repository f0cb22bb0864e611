import type { FieldDefinition } from '@holdfast/contract'
import { Textarea } from '@mantine/core'
import classes from './field-input.module.css'
import { nothing, type TypeInputProps } from './input-props'
import { type Reading, useDraft } from './use-draft'

/** Numbers with commas or spaces between them, always as many as the field has. */
export function VectorInput(props: TypeInputProps) {
  const { field, value, onChange, shown, compact } = props
  const { text, problem, change } = useDraft({
    value,
    onChange,
    format: (content) => (Array.isArray(content) ? content.join(', ') : ''),
    read: (typed) => (typed.trim() === '' ? { value: nothing(props) } : readVector(field, typed)),
  })
  const count = Array.isArray(value) ? value.length : 0
  return (
    <Textarea
      {...shown}
      description={compact ? undefined : (shown.description ?? `${count} of ${field.dimensions} numbers`)}
      error={problem || shown.error}
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
      placeholder={value === null ? 'null' : '0.1, 0.2, 0.3'}
      autosize
      minRows={1}
      maxRows={6}
      classNames={{ input: classes.mono! }}
    />
  )
}

function readVector({ dimensions = 0 }: FieldDefinition, text: string): Reading {
  const words = text
    .replace(/^\s*\[|\]\s*$/g, '')
    .split(/[\s,]+/)
    .filter(Boolean)
  const numbers = words.map(Number)
  const wrong = words.find((_, index) => !Number.isFinite(numbers[index]))
  if (wrong !== undefined) return { problem: `${wrong.slice(0, 20)} is not a number` }
  if (numbers.length !== dimensions) return { problem: `${numbers.length} of ${dimensions} numbers` }
  return { value: numbers }
}
