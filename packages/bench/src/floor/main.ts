import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { verify } from '@node-rs/argon2'
import pg from 'pg'
import { estimateUrl, exactUrl, expandUrl, listUrl, loginUrl, recordsUrl } from '../urls.js'
import { answer, answerOne, answerPage } from './answers.js'
import { CopyIn, toCopyLine } from './copy-in.js'
import { type StatementName, statements } from './statements.js'
import { issueToken, readCaller } from './token.js'

/**
 * The floor: what a hand-tuned server for exactly these routes can do. No framework, no generality, no log; prepared
 * statements, JSON built by PostgreSQL, a cache of verified tokens. It is written to win.
 */
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10, options: '-c timezone=UTC' })

type Row = (string | null)[]
type Handle = (response: ServerResponse, caller: string, request: IncomingMessage) => void

function run(response: ServerResponse, name: StatementName, values: unknown[], done: (row: Row | undefined) => void) {
  pool.query({ name, text: statements[name], values, rowMode: 'array' } as pg.QueryConfig, (error, result) =>
    error ? fail(response, error) : done(result.rows[0] as unknown as Row | undefined),
  )
}

function fail(response: ServerResponse, error: unknown): void {
  console.error(error)
  answer(response, 500, '{"code":"internal"}')
}

/** The total of all published posts as the planner sees it, at most a second old: it is an estimate anyway. */
let estimatedTotal = 0

async function readEstimate(): Promise<void> {
  const { rows } = await pool.query(statements.estimate)
  estimatedTotal = rows[0]['QUERY PLAN'][0].Plan['Plan Rows']
}

const pages: Record<string, Handle> = {
  [listUrl]: (response) => run(response, 'list', [], (row) => answerPage(response, row![0]!, row![1]!)),
  [estimateUrl]: (response) =>
    run(response, 'list', [], (row) => answerPage(response, row![0]!, row![1]!, estimatedTotal)),
  [exactUrl]: (response) =>
    run(response, 'listWithTotal', [], (row) => answerPage(response, row![0]!, row![1]!, row![2]!)),
  [expandUrl]: (response) => run(response, 'expand', [], (row) => answerPage(response, row![0]!, row![1]!)),
}

const readOne: Handle = (response, caller, request) =>
  run(response, 'get', [caller, idOf(request)], (row) => answerOne(response, 200, row?.[0] ?? undefined))

const readFiltered: Handle = (response, caller, request) => {
  const filter = JSON.parse(new URLSearchParams(request.url!.slice(recordsUrl.length + 1)).get('filter')!)
  run(response, 'filter', [caller, filter.author, filter.views.$gt], (row) => answerPage(response, row![0]!, row![1]!))
}

const update: Handle = (response, caller, request) =>
  readBody(request, (body) => {
    const { views } = JSON.parse(body)
    if (!Number.isSafeInteger(views) || views < 0) return answer(response, 422, '{"code":"validation_failed"}')
    run(response, 'update', [caller, idOf(request), views], (row) => answerOne(response, 200, row?.[0] ?? undefined))
  })

interface Post {
  title: string
  body: string
  status: string
  views: number
}

const isPost = (post: Post): boolean =>
  typeof post.title === 'string' &&
  post.title.length <= 200 &&
  typeof post.body === 'string' &&
  (post.status === 'draft' || post.status === 'published') &&
  Number.isSafeInteger(post.views) &&
  post.views >= 0

const create: Handle = (response, caller, request) =>
  readBody(request, (body) => {
    const post = JSON.parse(body) as Post | Post[]
    if (Array.isArray(post)) return createMany(response, caller, post)
    if (!isPost(post)) return answer(response, 422, '{"code":"validation_failed"}')
    run(response, 'create', [caller, newId(), post.title, post.body, post.status, post.views], (row) =>
      answerOne(response, 201, row![0]!),
    )
  })

function createMany(response: ServerResponse, caller: string, rows: Post[]) {
  if (!rows.every(isPost)) return answer(response, 422, '{"code":"validation_failed"}')
  const lines = rows.map((row) => toCopyLine([newId(), caller, caller, row.title, row.body, row.status, row.views]))
  pool.connect((error, client, release) => {
    if (error || !client) return fail(response, error)
    const done = (failure?: Error) => {
      release(failure)
      if (failure) fail(response, failure)
      else answer(response, 201, `{"data":{"count":${rows.length}}}`)
    }
    client.query(new CopyIn(statements.bulk, Buffer.from(lines.join('')), done))
  })
}

const login = (response: ServerResponse, request: IncomingMessage) =>
  readBody(request, (body) => {
    const { email, password } = JSON.parse(body)
    run(response, 'login', [email], async (row) => {
      if (!row || !(await verify(row[1]!, password))) return answer(response, 401, '{"code":"invalid_credentials"}')
      answer(response, 200, `{"data":{"accessToken":"${issueToken(row[0]!)}","user":${row[2]}}}`)
    })
  })

function readBody(request: IncomingMessage, done: (body: string) => void): void {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => done((chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)).toString()))
}

const idOf = (request: IncomingMessage): string => request.url!.slice(recordsUrl.length + 1)

/** A UUIDv7: the time, then what is random in a UUIDv4. */
function newId(): string {
  const time = Date.now().toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
}

function find(request: IncomingMessage): Handle | undefined {
  const url = request.url!
  if (request.method === 'GET') {
    return pages[url] ?? (url[recordsUrl.length] === '/' ? readOne : readFiltered)
  }
  return request.method === 'PATCH' ? update : create
}

const server = createServer((request, response) => {
  if (request.url === loginUrl) return login(response, request)
  const caller = readCaller(request.headers.authorization)
  if (caller === undefined) return answer(response, 401, '{"code":"unauthenticated"}')
  const handle = request.url!.startsWith(recordsUrl) ? find(request) : undefined
  if (!handle) return answer(response, 404, '{"code":"not_found"}')
  handle(response, caller, request)
})

await readEstimate()
setInterval(() => readEstimate().catch(console.error), 1000).unref()
server.listen(Number(process.env.PORT), '127.0.0.1')
process.once('SIGTERM', () => {
  server.close()
  server.closeAllConnections()
  pool.end(() => process.exit())
})
