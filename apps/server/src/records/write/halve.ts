import { attempt, inOwnPart, type Target } from './target.js'
import { isRefusal, placeError } from './write-errors.js'

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

/**
 * Writes records of one request together, all or none. Where that is refused, it is found out which of them is to blame,
 * and its place told.
 */
export async function runBlaming<T extends { readonly at: string }, R>(
  target: Target,
  items: readonly T[],
  write: (target: Target, part: readonly T[]) => Promise<R>,
): Promise<R> {
  const [first] = items
  try {
    if (items.length <= 1) return await write(target, items)
    return await inOwnPart(target, (tx) => write(tx, items))
  } catch (error) {
    if (items.length <= 1) throw first ? placeError(error, first.at) : error
    if (!isRefusal(error)) throw error
    return inOwnPart(target, async (tx) => {
      await halve(
        items,
        (part) => attempt(tx, () => write(tx, part)),
        (refusal, item) => {
          throw placeError(refusal, item.at)
        },
      )
      // In parts it would work, but what was asked for is all of it at once.
      throw error
    })
  }
}
