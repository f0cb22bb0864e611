import { HoldfastError } from '@holdfast/sdk'
import { useState } from 'react'
import type { FieldContent } from '../fields/input-props'
import { type Changes, isSame, type StoredRecord } from './record-values'

type Texts = { readonly [field: string]: string }

interface FormState {
  /** The record the changes were made to; undefined for a new one. */
  readonly base: StoredRecord | undefined
  readonly changes: Changes
  /** What is typed and no value yet. */
  readonly problems: Texts
  /** What the server said of fields. */
  readonly errors: Texts
  /** Goes up when inputs have to forget what was typed. */
  readonly generation: number
}

/** What is typed into a record, apart from the record it is typed over. */
export function useRecordForm(record: StoredRecord | undefined, initial: Changes = {}) {
  const [state, setState] = useState<FormState>(() => begin(record, initial))
  const isDirty = Object.keys(state.changes).length > 0 || Object.keys(state.problems).length > 0
  // A newer record takes the place of the old one where nothing was typed. What was typed keeps the base it was typed over.
  if (record && record !== state.base && !isDirty) setState((old) => ({ ...begin(record), generation: old.generation }))
  const set = (field: string, value: FieldContent, problem?: string) =>
    setState((old) => ({
      ...old,
      changes: withChange(old, field, value),
      problems: problem ? { ...old.problems, [field]: problem } : without(old.problems, field),
      errors: without(old.errors, field),
    }))
  return {
    ...state,
    isDirty,
    valueOf: (field: string): FieldContent =>
      field in state.changes ? state.changes[field] : (state.base?.[field] as FieldContent),
    set,
    discard: () => setState((old) => ({ ...begin(old.base), generation: old.generation + 1 })),
    /** Was saved: from now on changes are changes of this. */
    adopt: (saved: StoredRecord | undefined, changes: Changes = {}) =>
      setState((old) => ({ ...begin(saved, changes), generation: old.generation + 1 })),
    /** Puts what the server refused at its fields; false where some of it is about none of them. */
    refuse: (error: unknown, fields: readonly { readonly name: string }[]): boolean => {
      const errors = placesOf(error)
      setState((old) => ({ ...old, errors }))
      const paths = Object.keys(errors)
      return paths.length > 0 && paths.every((path) => fields.some(({ name }) => name === path))
    },
  }
}

export type RecordForm = ReturnType<typeof useRecordForm>

const begin = (base: StoredRecord | undefined, changes: Changes = {}): FormState => ({
  base,
  changes,
  problems: {},
  errors: {},
  generation: 0,
})

function withChange({ base, changes }: FormState, field: string, value: FieldContent): Changes {
  const isBack = base ? isSame(value, base[field]) : value === undefined
  return isBack ? without(changes, field) : { ...changes, [field]: value }
}

const without = <T extends object>(all: T, name: string): T =>
  Object.fromEntries(Object.entries(all).filter(([key]) => key !== name)) as T

/** `tags.2` is told at `tags`. */
function placesOf(error: unknown): Texts {
  const errors: Record<string, string> = {}
  if (!(error instanceof HoldfastError)) return errors
  for (const { path, message } of error.errors) {
    const [field = '', ...rest] = path.split('.')
    const text = rest.length > 0 ? `${rest.join('.')}: ${message}` : message
    errors[field] = errors[field] ? `${errors[field]}; ${text}` : text
  }
  return errors
}
