import type { GridColumn } from './grid-columns'
import type { ShownColumns } from './grid-row'

/** Width of the column with the boxes. */
export const checkWidth = 40

export const totalWidth = (columns: readonly GridColumn[]): number =>
  columns.reduce((sum, { width }) => sum + width, checkWidth)

/** The columns that are in sight between `left` and `left + width`; the first always, where it is pinned. */
export function columnsInSight(
  columns: readonly GridColumn[],
  isPinned: boolean,
  left: number,
  width: number,
): ShownColumns {
  const pinned = isPinned ? columns[0] : undefined
  const rest = pinned ? columns.slice(1) : columns
  const fixed = checkWidth + (pinned?.width ?? 0)
  let x = fixed
  let before = 0
  let after = 0
  let first = pinned ? 1 : 0
  const inSight: GridColumn[] = []
  for (const column of rest) {
    const end = x + column.width
    if (end <= left + fixed && inSight.length === 0) {
      before += column.width
      first += 1
    } else if (x < left + width) inSight.push(column)
    else after += column.width
    x = end
  }
  return { pinned, columns: inSight, first, before, after }
}

/** How far to scroll so that a column is in sight. */
export function leftFor(
  columns: readonly GridColumn[],
  isPinned: boolean,
  place: number,
  left: number,
  width: number,
): number {
  if (isPinned && place === 0) return left
  const fixed = checkWidth + (isPinned ? (columns[0]?.width ?? 0) : 0)
  const start = totalWidth(columns.slice(0, place))
  const end = start + (columns[place]?.width ?? 0)
  if (start - fixed < left) return start - fixed
  return end > left + width ? end - width : left
}
