import type { Json } from '@holdfast/contract'
import type { Change, RecordImage } from './change.js'
import type { ChangeCursor } from './change-cursor.js'
import type { LogRow } from './read-round.js'
import type { RenamedImages } from './renamed-images.js'

/**
 * Rows of the log → changes. A list that changed is logged behind the change of its record in the same transaction: the two
 * become one. A list whose change is not here was told of with the page before. `cursorAt` gives the cursor after a position.
 */
export function assembleChanges(
  rows: readonly LogRow[],
  renamed: RenamedImages,
  cursorAt: (position: number) => ChangeCursor,
): Change[] {
  const lists = listsOf(rows)
  return rows.flatMap((row) => {
    if (row.action === 'list') return []
    const list = lists.get(row.position)
    const [userId, requestId] = (row.cause ?? '').split(' ')
    return {
      position: row.position,
      tx: row.tx,
      collectionId: row.collectionId,
      recordId: row.recordId,
      action: row.action,
      before: toImage(row, row.before, list?.before, renamed),
      after: toImage(row, row.after, list?.after, renamed),
      userId: userId || null,
      requestId: requestId || null,
      at: row.at,
      cursor: cursorAt(row.position),
    }
  })
}

interface Lists {
  readonly before: { [field: string]: Json }
  readonly after: { [field: string]: Json }
}

/** By the position of the change they belong to: each list as it was first, and as it was last. */
function listsOf(rows: readonly LogRow[]): ReadonlyMap<number, Lists> {
  const latest = new Map<string, number>()
  const found = new Map<number, Lists>()
  for (const row of rows) {
    const key = `${row.tx} ${row.recordId}`
    if (row.action !== 'list') latest.set(key, row.position)
    const position = latest.get(key)
    if (row.action !== 'list' || position === undefined || row.before === null || row.after === null) continue
    const lists = found.get(position) ?? { before: {}, after: {} }
    Object.assign(lists.after, JSON.parse(row.after))
    for (const [field, list] of Object.entries(JSON.parse(row.before) as RecordImage)) lists.before[field] ??= list
    found.set(position, lists)
  }
  return found
}

function toImage(
  row: LogRow,
  text: string | null,
  lists: { [field: string]: Json } | undefined,
  renamed: RenamedImages,
): RecordImage | null {
  if (text === null) return null
  return renamed.translate(row.collectionId, row.position, { ...JSON.parse(text), ...lists })
}
