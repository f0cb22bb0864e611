import type { KeyboardEvent } from 'react'

export interface Cursor {
  readonly row: number
  readonly column: number
}

export interface GridKeys {
  readonly cursor: Cursor
  readonly rowCount: number
  readonly columnCount: number
  /** Rows of one window. */
  readonly pageRows: number
  move(cursor: Cursor): void
  /** Selects from where the cursor was to where it goes. */
  extend(cursor: Cursor): void
  edit(): void
  open(): void
  toggle(range: boolean): void
  selectAll(): void
  copy(): void
  remove(): void
  clear(): void
}

/** Where a key moves the cursor; undefined for keys that do not. */
export function moved(
  { key, ctrlKey, metaKey }: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey'>,
  {
    cursor: { row, column },
    rowCount,
    columnCount,
    pageRows,
  }: Pick<GridKeys, 'cursor' | 'rowCount' | 'columnCount' | 'pageRows'>,
): Cursor | undefined {
  const far = ctrlKey || metaKey
  const to = (nextRow: number, nextColumn: number): Cursor => ({
    row: Math.min(Math.max(0, nextRow), Math.max(0, rowCount - 1)),
    column: Math.min(Math.max(0, nextColumn), Math.max(0, columnCount - 1)),
  })
  switch (key) {
    case 'ArrowUp':
      return to(far ? 0 : row - 1, column)
    case 'ArrowDown':
      return to(far ? rowCount - 1 : row + 1, column)
    case 'ArrowLeft':
      return to(row, far ? 0 : column - 1)
    case 'ArrowRight':
      return to(row, far ? columnCount - 1 : column + 1)
    case 'PageUp':
      return to(row - pageRows, column)
    case 'PageDown':
      return to(row + pageRows, column)
    case 'Home':
      return far ? to(0, 0) : to(row, 0)
    case 'End':
      return far ? to(rowCount - 1, columnCount - 1) : to(row, columnCount - 1)
    default:
      return undefined
  }
}

/** What keys do while the grid itself has the focus. */
export function onGridKey(event: KeyboardEvent, keys: GridKeys): void {
  const next = moved(event, keys)
  if (next) {
    event.preventDefault()
    if (event.shiftKey && next.row !== keys.cursor.row) keys.extend(next)
    keys.move(next)
    return
  }
  const command = commandOf(event, keys)
  if (!command) return
  event.preventDefault()
  command()
}

function commandOf({ key, ctrlKey, metaKey, shiftKey }: KeyboardEvent, keys: GridKeys): (() => void) | undefined {
  const isCommand = ctrlKey || metaKey
  if (isCommand) return key === 'c' ? keys.copy : key === 'a' ? keys.selectAll : undefined
  switch (key) {
    case 'Enter':
      return shiftKey ? keys.open : keys.edit
    case 'F2':
      return keys.edit
    case ' ':
      return () => keys.toggle(shiftKey)
    case 'Delete':
    case 'Backspace':
      return keys.remove
    case 'Escape':
      return keys.clear
    default:
      return undefined
  }
}
