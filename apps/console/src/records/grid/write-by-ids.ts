import { limits } from '@holdfast/contract'
import { HoldfastError } from '@holdfast/sdk'

/** An id takes 45 characters of a URL, and the query may have 102,400. */
const idsOfRequest = 2_000
/** Fits the 8 KiB that proxies take by default. */
const idsOfShortUrl = 100

type Write = (filter: object) => Promise<number>

/**
 * Writes the records with these ids: 2,000 in one request, so in one transaction. Where a proxy does not take a URL that long,
 * fewer go at a time, and each portion is a transaction of its own.
 */
export async function writeByIds(ids: readonly string[], write: Write): Promise<number> {
  let count = 0
  for (const portion of portionsOf(ids, idsOfRequest)) {
    try {
      count += await write(filterOf(portion))
    } catch (error) {
      if (!isTooLong(error) || portion.length <= idsOfShortUrl) throw error
      for (const part of portionsOf(portion, idsOfShortUrl)) count += await write(filterOf(part))
    }
  }
  return count
}

/** One list holds only so many. */
function filterOf(ids: readonly string[]): object {
  const lists = portionsOf(ids, limits.listOperand).map((part) => ({ id: { $in: part } }))
  return lists.length === 1 ? lists[0]! : { $or: lists }
}

const isTooLong = (error: unknown): boolean => error instanceof HoldfastError && [414, 431].includes(error.status)

const portionsOf = (ids: readonly string[], most: number): string[][] =>
  Array.from({ length: Math.ceil(ids.length / most) }, (_, n) => ids.slice(n * most, (n + 1) * most))
