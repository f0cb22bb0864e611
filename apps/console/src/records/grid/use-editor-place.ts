import { type CSSProperties, type RefObject, useLayoutEffect, useState } from 'react'

/**
 * Where the editor of a cell stands so that all of it is seen: over the cell and down, or up where there is more room; it is aligned with
 * the right edge of the cell where it would leave the grid. Looked at again whenever it grows.
 */
export function useEditorPlace(editor: RefObject<HTMLElement | null>, headHeight: number): CSSProperties {
  const [place, setPlace] = useState<CSSProperties>({})
  useLayoutEffect(() => {
    const element = editor.current
    const cell = element?.parentElement
    const grid = element?.closest('[role="grid"]')
    if (!element || !cell || !grid) return
    const look = () => {
      const frame = grid.getBoundingClientRect()
      const box = cell.getBoundingClientRect()
      const below = frame.top + grid.clientHeight - box.top
      const above = box.bottom - frame.top - headHeight
      const right = frame.left + grid.clientWidth - box.left
      const isUp = element.scrollHeight > below && above > below
      const isLeft = element.offsetWidth > right && box.right - frame.left > right
      const room = Math.floor(isUp ? above : below)
      setPlace({
        ...(isUp && { top: 'auto', bottom: -1 }),
        ...(isLeft && { left: 'auto', right: -1 }),
        ...(element.scrollHeight > room && { maxHeight: room, overflowY: 'auto' }),
      })
    }
    look()
    const observer = new ResizeObserver(look)
    observer.observe(element)
    return () => observer.disconnect()
  }, [editor, headHeight])
  return place
}
