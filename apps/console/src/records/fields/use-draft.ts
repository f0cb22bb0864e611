import { useState } from 'react'
import type { FieldContent } from './input-props'

/** What a text means: a value, or why it is none yet. */
export type Reading = { readonly value: FieldContent } | { readonly problem: string }

interface DraftOptions {
  readonly value: FieldContent
  format(value: FieldContent): string
  read(text: string): Reading
  onChange(value: FieldContent, problem?: string): void
}

/** A text that is typed for a value of another type. It stays as typed until the value becomes another one from outside. */
export function useDraft({ value, format, read, onChange }: DraftOptions) {
  const [draft, setDraft] = useState(() => ({ text: format(value), value, problem: '' }))
  if (draft.value !== value) setDraft({ text: format(value), value, problem: '' })
  const change = (text: string) => {
    const reading = read(text)
    if ('problem' in reading) {
      setDraft({ text, value, problem: reading.problem })
      onChange(value, reading.problem)
    } else {
      setDraft({ text, value: reading.value, problem: '' })
      onChange(reading.value)
    }
  }
  return { text: draft.text, problem: draft.problem, change }
}
