import type { DndContextProps } from '@dnd-kit/core'

/** What is read out while a field is moved by keyboard. */
export function dragWords(
  nameOf: (key: string) => string,
  placeOf: (key: string) => number,
): NonNullable<DndContextProps['accessibility']> {
  const name = (id: string | number): string => nameOf(String(id))
  const place = (id: string | number): number => placeOf(String(id)) + 1
  return {
    screenReaderInstructions: {
      draggable:
        'Press space to pick up the field, the arrow keys to move it, space again to drop it, escape to leave it where it was.',
    },
    announcements: {
      onDragStart: ({ active }) => `Picked up ${name(active.id)}.`,
      onDragOver: ({ active, over }) => (over ? `${name(active.id)} is at place ${place(over.id)}.` : undefined),
      onDragEnd: ({ active, over }) => `${name(active.id)} was dropped${over ? ` at place ${place(over.id)}` : ''}.`,
      onDragCancel: ({ active }) => `${name(active.id)} is where it was.`,
    },
  }
}
