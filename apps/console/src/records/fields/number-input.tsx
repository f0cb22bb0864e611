import { TextInput } from '@mantine/core'
import { nothing, type TypeInputProps } from './input-props'
import { type Reading, useDraft } from './use-draft'

/** As typed, so that no digit of a decimal is lost on the way. */
export function NumberInput(props: TypeInputProps) {
  const { field, value, onChange, shown } = props
  const { text, problem, change } = useDraft({
    value,
    onChange,
    format: (content) => (content == null ? '' : String(content)),
    read: (typed) => (typed.trim() === '' ? { value: nothing(props) } : readNumber(field.type, typed.trim())),
  })
  return (
    <TextInput
      {...shown}
      error={problem || shown.error}
      value={text}
      inputMode={field.type === 'integer' ? 'numeric' : 'decimal'}
      placeholder={value === null ? 'null' : range(field)}
      autoComplete="off"
      onChange={(event) => change(event.currentTarget.value)}
    />
  )
}

export function readNumber(type: string, text: string): Reading {
  if (type === 'decimal')
    return /^-?\d+(\.\d+)?$/.test(text) ? { value: text } : { problem: 'Write it as 12.50: digits and one point' }
  const number = Number(text)
  if (!Number.isFinite(number)) return { problem: 'This is not a number' }
  if (type === 'integer' && !Number.isSafeInteger(number))
    return { problem: Number.isInteger(number) ? 'This is too large to be exact' : 'This has to be a whole number' }
  return { value: number }
}

function range({ min, max }: TypeInputProps['field']): string | undefined {
  if (min !== undefined && max !== undefined) return `${min} to ${max}`
  if (min !== undefined) return `${min} or more`
  return max === undefined ? undefined : `${max} or less`
}
