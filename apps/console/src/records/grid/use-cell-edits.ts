import type { CollectionDefinition, FieldDefinition, Json } from '@holdfast/contract'
import { HoldfastError } from '@holdfast/sdk'
import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useDataClient } from '../../client/data-client'
import { describeError } from '../../ui/describe-error'
import { type Drafts, withDraft } from './cell-edits'
import type { GridRecord, RecordList } from './record-list'
import type { Selection } from './use-record-list'

/** Somebody else changed the record first. */
export interface EditConflict {
  readonly base: GridRecord
  readonly mine: { readonly [field: string]: Json }
  readonly theirs: GridRecord
}

/** Writes of single cells: shown at once, sent with the version they began from, kept where they fail. */
export function useCellEdits({ name }: CollectionDefinition, list: RecordList, selection: Selection) {
  const client = useDataClient()
  const cache = useQueryClient()
  const [drafts, setDrafts] = useState<Drafts>(new Map())
  const [conflict, setConflict] = useState<EditConflict>()
  /** Edits of one record go one after the other: each needs the version that the one before made. */
  const queues = useRef(new Map<string, Promise<void>>())

  const write = async (record: GridRecord, changes: { readonly [field: string]: Json }) => {
    const { fields, expand } = selection
    const answer = await client
      .collection(name)
      .update(record.id, changes, { ifVersion: record.version, fields: fields as never, expand: expand as never })
    list.change(record.id, answer as unknown as GridRecord)
    void cache.invalidateQueries({ queryKey: ['records', name, 'one', record.id] })
  }
  const attempt = async (began: GridRecord, field: FieldDefinition, value: Json) => {
    const index = list.indexOf(began.id)
    const row = index === undefined ? began : list.row(index)!
    // Of what this cell held when the edit began; other cells of ours may have been saved since.
    const isOwn = JSON.stringify(row[field.name]) === JSON.stringify(began[field.name])
    const record = isOwn ? row : began
    const clear = () => setDrafts((old) => withDraft(old, began.id, field.name, undefined))
    try {
      await write(record, { [field.name]: value })
      clear()
    } catch (error) {
      const theirs = conflictIn(error)
      if (theirs) setConflict({ base: began, mine: { [field.name]: value }, theirs })
      const reason = theirs ? 'Somebody else changed this record first' : reasonOf(error, field.name)
      setDrafts((old) => withDraft(old, began.id, field.name, { value, error: reason }))
    }
  }
  return {
    drafts,
    conflict,
    /** Shows the value, and sends it. */
    save: (record: GridRecord, field: FieldDefinition, value: Json) => {
      setDrafts((old) => withDraft(old, record.id, field.name, { value }))
      const before = queues.current.get(record.id) ?? Promise.resolve()
      const mine = before.then(() => attempt(record, field, value))
      queues.current.set(record.id, mine)
      void mine.then(() => queues.current.get(record.id) === mine && queues.current.delete(record.id))
    },
    /** What was typed is given up. */
    discard: (id: string, field: string) => setDrafts((old) => withDraft(old, id, field, undefined)),
    /** Saves what was chosen of both. */
    settle: async (changes: { readonly [field: string]: Json }, theirs: GridRecord) => {
      if (Object.keys(changes).length > 0) await write(theirs, changes)
      else list.change(theirs.id, theirs)
      for (const field of Object.keys(conflict?.mine ?? {}))
        setDrafts((old) => withDraft(old, theirs.id, field, undefined))
      setConflict(undefined)
    },
    closeConflict: () => setConflict(undefined),
  }
}

/** The record as it is now, where it is no longer the version that was changed. */
function conflictIn(error: unknown): GridRecord | undefined {
  if (!(error instanceof HoldfastError) || error.code !== 'version_conflict') return undefined
  return error.problem['current'] as GridRecord | undefined
}

function reasonOf(error: unknown, field: string): string {
  const { title, hint, places } = describeError(error)
  return places.find(({ path }) => path.startsWith(field))?.message ?? [title, hint].filter(Boolean).join('. ')
}
