import { isRefusal } from './write-errors.js'

/**
 * Writes items together. Where that is refused, each half is written by itself, down to the single items that are to
 * blame: those are given to `onRefused`. Any other failure is thrown.
 */
export async function halve<T>(
  items: readonly T[],
  write: (part: readonly T[]) => Promise<unknown>,
  onRefused: (error: unknown, item: T) => void,
): Promise<void> {
  if (items.length === 0) return
  try {
    await write(items)
  } catch (error) {
    if (!isRefusal(error)) throw error
    if (items.length === 1) {
      onRefused(error, items[0]!)
      return
    }
    const middle = Math.ceil(items.length / 2)
    await halve(items.slice(0, middle), write, onRefused)
    await halve(items.slice(middle), write, onRefused)
  }
}
