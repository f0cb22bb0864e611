import type { ConditionJson } from '@holdfast/contract'
import { useMemo, useRef, useState } from 'react'
import type { RecordList } from './record-list'

export interface RowSelection {
  readonly ids: ReadonlySet<string>
  /** All that the filter finds, those never read included. */
  readonly isEverything: boolean
  readonly isEmpty: boolean
  has(id: string): boolean
  /** Takes a row in or out; with `range` all from the row before. */
  toggle(index: number, range: boolean): void
  /** All from the row where the selection began up to this one. */
  extendTo(from: number, to: number): void
  /** The rows that are loaded. */
  selectLoaded(): void
  selectEverything(): void
  clear(): void
}

/** Which records are selected. They stay so when their rows are scrolled away. */
export function useRowSelection(list: RecordList): RowSelection {
  const [state, setState] = useState<{ ids: ReadonlySet<string>; isEverything: boolean }>(nothing)
  const anchor = useRef(0)
  const owner = useRef(list)
  const { ids, isEverything } = owner.current === list ? state : nothing
  return useMemo(() => {
    const set = (next: ReadonlySet<string>, everything = false) => {
      owner.current = list
      setState({ ids: next, isEverything: everything })
    }
    const between = (from: number, to: number): string[] => {
      const [first, last] = [Math.min(from, to), Math.max(from, to)]
      const rows = Array.from({ length: Math.min(last - first + 1, 2_000) }, (_, n) => list.row(first + n)?.id)
      return rows.filter((id) => id !== undefined)
    }
    return {
      ids,
      isEverything,
      isEmpty: ids.size === 0 && !isEverything,
      has: (id) => isEverything || ids.has(id),
      toggle: (index, range) => {
        const id = list.row(index)?.id
        if (id === undefined) return
        const next = new Set(ids)
        if (range) for (const one of between(anchor.current, index)) next.add(one)
        else if (!next.delete(id)) next.add(id)
        anchor.current = index
        set(next)
      },
      extendTo: (from, to) => {
        if (ids.size === 0) anchor.current = from
        set(new Set([...ids, ...between(anchor.current, to)]))
      },
      selectLoaded: () => set(new Set(between(0, Math.min(list.rowCount - 1, 1_999)))),
      selectEverything: () => set(new Set(), true),
      clear: () => set(new Set()),
    }
  }, [ids, isEverything, list])
}

const nothing = { ids: new Set<string>(), isEverything: false }

/** What a write of the selected records is about: their ids, or all that match. */
export const writtenBy = (
  { ids, isEverything }: RowSelection,
  filter: ConditionJson | undefined,
): readonly string[] | ConditionJson => (isEverything ? wholeFilter(filter) : [...ids])

/** The filter that finds what is selected. */
export const filterOfSelection = (
  { ids, isEverything }: RowSelection,
  filter: ConditionJson | undefined,
): ConditionJson => (isEverything ? wholeFilter(filter) : { id: { $in: [...ids] } })

/** The server wants a filter that says something. */
const wholeFilter = (filter: ConditionJson | undefined): ConditionJson =>
  filter && Object.keys(filter).length > 0 ? filter : { id: { $null: false } }
