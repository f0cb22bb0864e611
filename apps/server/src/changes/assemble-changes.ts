import type { Json } from '@holdfast/contract'
import type { Change, RecordImage } from './change.js'
import type { ChangeCursor } from './change-cursor.js'
import type { LogRow } from './read-round.js'
import type { RenamedImages } from './renamed-images.js'

/**
 * Rows of the log → changes. A list that changed is logged beside the change of its record in the same transaction, with the
 * version it belongs to: the two become one. A list whose change is not here was told of with the page before. `cursorAt`
 * gives the cursor after a position.
 */
export function assembleChanges(
  rows: readonly LogRow[],
  renamed: RenamedImages,
  cursorAt: (position: number) => ChangeCursor,
): Change[] {
  const lists = listsOf(rows)
  return rows.flatMap((row) => {
    if (row.action === 'list') return []
    const list = lists.size === 0 ? undefined : lists.get(keyOf(row, versionOf(row)))
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

const keyOf = ({ tx, recordId }: LogRow, version: Json): string => `${tx} ${recordId} ${version}`

/** Cheaper than reading all of the image: what the system gives to a record comes first. */
const versionOf = ({ after }: LogRow): Json => (after === null ? null : Number(/"version":(\d+)/.exec(after)?.[1]))

/** Per transaction, record and version (null: it was deleted): each list as it was first, and as it was last. */
function listsOf(rows: readonly LogRow[]): ReadonlyMap<string, Lists> {
  const found = new Map<string, Lists>()
  for (const row of rows) {
    if (row.action !== 'list' || row.before === null || row.after === null) continue
    const { version, ...after } = JSON.parse(row.after) as RecordImage
    const key = keyOf(row, version ?? null)
    const lists = found.get(key) ?? { before: {}, after: {} }
    Object.assign(lists.after, after)
    for (const [field, list] of Object.entries(JSON.parse(row.before) as RecordImage)) lists.before[field] ??= list
    found.set(key, lists)
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
