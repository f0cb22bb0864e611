/** The row, and the column, that something in the grid stands in; nothing where it takes clicks itself. */
export function placeOf(target: EventTarget) {
  if (!(target instanceof Element) || target.closest('a, input, textarea, [data-editor]')) return undefined
  const row = target.closest<HTMLElement>('[data-row]')
  const cell = target.closest<HTMLElement>('[data-col]')
  if (!row) return undefined
  return {
    row: Number(row.dataset['row']),
    column: cell ? Number(cell.dataset['col']) : undefined,
    isCheck: target.closest('[data-check]') !== null,
  }
}
