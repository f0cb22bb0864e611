import type { KeyboardEvent } from 'react'

const steps: Readonly<Record<string, readonly [row: number, column: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
}

/** Arrows, Home and End lead from cell to cell; Tab leaves the grid and comes back to where one was. */
export function moveInGrid(event: KeyboardEvent, grid: HTMLTableElement | null): void {
  const here = (event.target as Element).closest('td, th') as HTMLTableCellElement | null
  const row = here?.parentElement as HTMLTableRowElement | null | undefined
  if (!grid || !here || !row || event.ctrlKey || event.metaKey || event.altKey) return
  const step = steps[event.key]
  const isEdge = event.key === 'Home' || event.key === 'End'
  if (!step && !isEdge) return
  const [down, across] = step ?? [0, 0]
  const column = isEdge ? (event.key === 'Home' ? 1 : row.cells.length - 1) : here.cellIndex + across
  const next = grid.rows[row.rowIndex + down]?.cells[column]?.querySelector('a')
  if (!next) return
  event.preventDefault()
  grid.querySelector('a[tabindex="0"]')?.setAttribute('tabindex', '-1')
  next.setAttribute('tabindex', '0')
  next.focus()
}
