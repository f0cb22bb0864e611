import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react'
import type { RecordList } from './record-list'
import { useVirtualRows } from './use-virtual-rows'

/** Rows drawn beyond those in sight, so that a quick wheel finds them. */
const overscan = 6

interface RowSizes {
  readonly height: number
  /** Of what stays in sight above the rows. */
  readonly head: number
}

/**
 * Which rows of a list are seen, and which are drawn; has those read. `onShift` is told when the numbers of the rows moved: what is seen
 * stays. Another list begins at its top.
 */
export function useRowsInSight(
  scroller: RefObject<HTMLDivElement | null>,
  list: RecordList,
  { height, head }: RowSizes,
  onShift?: (by: number) => void,
) {
  const rows = useVirtualRows(scroller, list.rowCount * height, head)
  const first = Math.max(0, Math.floor(rows.top / height))
  const last = Math.min(list.rowCount, Math.ceil((rows.top + rows.height) / height))
  useEffect(() => list.want(first, Math.max(last, first + 20)), [list, first, last])
  const seen = useRef({ list, shifted: 0 })
  useLayoutEffect(() => {
    if (seen.current.list !== list) seen.current = { list, shifted: list.shifted }
    const by = list.shifted - seen.current.shifted
    if (by === 0) return
    seen.current = { list, shifted: list.shifted }
    rows.scrollTo(rows.top + by * height)
    onShift?.(by)
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins at its top
  useLayoutEffect(() => rows.scrollTo(0), [list])
  const from = Math.max(0, first - overscan)
  const to = Math.min(list.rowCount, last + overscan)
  return {
    ...rows,
    drawn: Array.from({ length: Math.max(0, to - from) }, (_, n) => from + n),
    isDrawn: (row: number) => row >= from && row < to,
    yOf: (row: number) => row * height - rows.offset,
  }
}
