import type { ServerResponse } from 'node:http'

const headers = (body: string) => ({
  'content-type': 'application/json; charset=utf-8',
  'content-length': Buffer.byteLength(body),
})

export function answer(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, headers(body))
  response.end(body)
}

export const answerOne = (response: ServerResponse, status: number, record: string | undefined): void =>
  record === undefined
    ? answer(response, 404, '{"code":"record_not_found"}')
    : answer(response, status, `{"data":${record}}`)

/** A page of records as PostgreSQL gave it; null when there are none. */
export function answerPage(
  response: ServerResponse,
  records: string | null,
  count: string,
  total?: string | number,
): void {
  const cursor = records !== null && count === pageSize ? `"${toCursor(records)}"` : 'null'
  const meta = total === undefined ? `{"nextCursor":${cursor}}` : `{"nextCursor":${cursor},"total":${total}}`
  answer(response, 200, `{"data":${records ?? '[]'},"meta":${meta}}`)
}

const pageSize = '20'
const recordStart = '\n {"id":"'
const createdAtStart = '","createdAt":"'
const idLength = 36

/**
 * The last record's `createdAt` and `id`, read from the text instead of asked for again: `json_agg` puts every record
 * after the first on a new line, and a line break inside a JSON string is escaped.
 */
function toCursor(records: string): string {
  const id = records.lastIndexOf(recordStart) + recordStart.length
  const createdAt = id + idLength + createdAtStart.length
  const end = records.indexOf('"', createdAt)
  return Buffer.from(`${records.slice(createdAt, end)},${records.slice(id, id + idLength)}`).toString('base64url')
}
