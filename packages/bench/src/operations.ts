import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import type { Answer } from './http.js'
import type { LoadRequest } from './loader.js'
import type { Fixture } from './prepare.js'
import { caller } from './sides.js'
import { estimateUrl, exactUrl, expandUrl, filterUrl, listUrl, loginUrl, recordsUrl, recordUrl } from './urls.js'

export interface Operation {
  readonly name: string
  /** The server's rate must be at least this share of the floor's. */
  readonly bar: number
  readonly connections: number
  /** Asks for this many answers; otherwise for as many as come in the measured seconds. */
  readonly amount?: number
  /** Records one answer stands for; the rate counts these. */
  readonly recordsPerAnswer?: number
  readonly writes?: boolean
  /** The server keeps no log of the changes meanwhile. */
  readonly unlogged?: boolean
  readonly headers?: Record<string, string>
  requests(fixture: Fixture): readonly LoadRequest[]
  /** @throws when the two sides did not answer with the same records */
  compare(floor: Answer, server: Answer): void
}

const connections = 32
const get = (path: string): LoadRequest => ({ method: 'GET', path })
const pageSize = 20
export const bulkRows = 10_000

const newPost = (number: number) => ({
  title: `A new post, number ${number}`,
  body: 'It was a bright cold day in April, and the clocks were striking. '.repeat(8).slice(0, 500),
  status: 'published',
  views: number,
})

function comparePages(floor: Answer, server: Answer): void {
  deepStrictEqual(server.json.data, floor.json.data)
  strictEqual(server.json.data.length, pageSize)
  for (const { json } of [floor, server]) strictEqual(typeof json.meta.nextCursor, 'string')
}

/** Two writes of the same values differ in what the database chose. */
function compareWrites(floor: Answer, server: Answer): void {
  const chosen = { id: '', createdAt: '', updatedAt: '' }
  deepStrictEqual({ ...server.json.data, ...chosen }, { ...floor.json.data, ...chosen })
  for (const key of Object.keys(chosen)) strictEqual(typeof server.json.data[key], 'string')
}

const create: Operation = {
  name: 'create',
  bar: 0.7,
  connections,
  writes: true,
  requests: () => [{ method: 'POST', path: recordsUrl, body: JSON.stringify(newPost(1)) }],
  compare: compareWrites,
}

const update: Operation = {
  name: 'update',
  bar: 0.7,
  connections,
  writes: true,
  requests: ({ own }) =>
    own.map((id, index) => ({ method: 'PATCH', path: recordUrl(id), body: JSON.stringify({ views: index }) })),
  compare: compareWrites,
}

export const operations: readonly Operation[] = [
  {
    name: 'get',
    bar: 0.7,
    connections,
    requests: ({ published }) => published.map((id) => get(recordUrl(id))),
    compare: (floor, server) => deepStrictEqual(server.json, floor.json),
  },
  { name: 'list', bar: 0.8, connections, requests: () => [get(listUrl)], compare: comparePages },
  {
    name: 'list+estimated',
    bar: 0.75,
    connections,
    requests: () => [get(estimateUrl)],
    compare: (floor, server) => {
      comparePages(floor, server)
      const ratio = server.json.meta.total / floor.json.meta.total
      ok(ratio > 0.8 && ratio < 1.25, `estimates differ: ${server.json.meta.total}, ${floor.json.meta.total}`)
    },
  },
  {
    name: 'list+exact',
    bar: 0.95,
    connections,
    requests: () => [get(exactUrl)],
    compare: (floor, server) => {
      comparePages(floor, server)
      strictEqual(server.json.meta.total, floor.json.meta.total)
    },
  },
  { name: 'expand', bar: 0.9, connections, requests: () => [get(expandUrl)], compare: comparePages },
  {
    name: 'filter',
    bar: 0.9,
    connections,
    requests: ({ authors }) => authors.map((author) => get(filterUrl(author, 500))),
    compare: comparePages,
  },
  create,
  { ...create, name: 'create-unlogged', bar: 0.85, unlogged: true },
  update,
  { ...update, name: 'update-unlogged', bar: 0.85, unlogged: true },
  {
    name: 'login',
    bar: 0.9,
    connections: 4,
    requests: () => [{ method: 'POST', path: loginUrl, body: JSON.stringify(caller) }],
    compare: (floor, server) => {
      deepStrictEqual(server.json.data.user, floor.json.data.user)
      for (const { json } of [floor, server]) ok(json.data.accessToken.split('.').length === 3)
    },
  },
  {
    name: 'bulk',
    bar: 0.6,
    connections: 1,
    amount: 5,
    recordsPerAnswer: bulkRows,
    writes: true,
    headers: { prefer: 'return=minimal' },
    requests: () => [
      {
        method: 'POST',
        path: recordsUrl,
        body: JSON.stringify(Array.from({ length: bulkRows }, (_, index) => newPost(index))),
      },
    ],
    compare: () => undefined,
  },
]
