/** Kinds of requests that are told apart in numbers over time. */
export const requestClasses = ['read', 'write', 'auth', 'admin', 'realtime', 'other'] as const
export type RequestClass = (typeof requestClasses)[number]

/** What happened within one step of time, of all nodes together. Times of requests are in milliseconds until the head of the answer. */
export interface MetricsPoint {
  /** When the step begins. */
  at: string
  requests: number
  /** Answered with 400 to 499. */
  clientErrors: number
  /** Answered with 500 and above. */
  serverErrors: number
  /** Half of the requests took no longer; null without requests. */
  p50Ms: number | null
  p95Ms: number | null
  p99Ms: number | null
  /** Per kind of request; kinds without requests are left out. */
  classes: { [kind in RequestClass]?: { requests: number; errors: number; p95Ms: number } }
  /** How late the event loop was, at most, 99 of 100 times: of the node where it was worst. */
  eventLoopDelayMs: number | null
  /** Memory of the processes, as the operating system counts it. */
  memoryBytes: number | null
  /** Connections to PostgreSQL that did something, and requests that waited for one. */
  databaseBusy: number | null
  databaseWaiting: number | null
  /** Open realtime connections. */
  connections: number | null
  jobsDone: number
  jobsFailed: number
  mailsSent: number
  mailsFailed: number
  /** Requests that the log left out to stay within its limit. */
  notLogged: number
}

/** Answer of `GET /admin/observe/metrics`. */
export interface MetricsSeries {
  from: string
  to: string
  stepSeconds: number
  /** When the first numbers are from; null when there are none yet. */
  since: string | null
  points: MetricsPoint[]
}

/** Answer of `GET /admin/observe/summary`: how the server does, in a few numbers. */
export interface ObserveSummary {
  /** The last five minutes. */
  requestsPerMinute: number
  serverErrors: number
  p95Ms: number | null
  /** Of this node. */
  uptimeSeconds: number
  memoryBytes: number
  version: string
  databaseBytes: number
  /** Statements that were slow in the last day. */
  slowStatements: number
  failedJobs: number
}

export const principalKinds = ['public', 'user', 'key'] as const

/** One request that was answered, as `GET /admin/observe/requests` lists it. */
export interface LoggedRequest {
  id: string
  at: string
  method: string
  /** With parameters in braces; null where no route was found. */
  route: string | null
  /** Without secrets. */
  path: string
  /** Names of parameters; values only of those that say how a list is shown. */
  query: string | null
  status: number
  /** Until the head of the answer. */
  ms: number
  /** Of the body; null where it is not known beforehand. */
  bytes: number | null
  address: string | null
  principal: (typeof principalKinds)[number] | null
  /** Of the user or the API key. */
  principalId: string | null
  /** The admin who acted as the user. */
  impersonatorId: string | null
  userAgent: string | null
  requestId: string
  errorCode: string | null
}

/** A statement that was slow, by its shape: values are not kept. */
export interface SlowStatement {
  id: string
  sql: string
  /** The collection it reads first, where it does. */
  collection: string | null
  /** How often it was slow. */
  count: number
  totalMs: number
  p95Ms: number
  maxMs: number
  firstAt: string
  lastAt: string
  advice: { message: string; index?: { collection: string; fields: string[] } }[]
  /** As PostgreSQL counts it, slow or not, where it has pg_stat_statements. */
  calls: number | null
  meanMs: number | null
}

/** Answer of `GET /admin/observe/slow`. */
export interface SlowStatements {
  /** From how many milliseconds on a statement is slow. */
  thresholdMs: number
  /** Whether `pg_stat_statements` is there. */
  counted: boolean
  statements: SlowStatement[]
}

export interface TableSize {
  /** Of the collection; of a table of the system, its name with the schema. */
  name: string
  isCollection: boolean
  /** As PostgreSQL estimates. */
  rows: number
  deadRows: number
  tableBytes: number
  indexBytes: number
  /** Long values beside the table. */
  toastBytes: number
  totalBytes: number
  lastVacuumAt: string | null
}

/** Answer of `GET /admin/observe/database`. */
export interface DatabaseFacts {
  version: string
  bytes: number
  changeLogBytes: number
  connections: { used: number; most: number; active: number; idleInTransaction: number }
  /** Part of the blocks that were found in memory, 0 to 1; null before anything was read. */
  cacheHit: number | null
  /** How long the oldest open transaction is open, in seconds; null without one. */
  longestTransactionSeconds: number | null
  deadlocks: number
  tables: TableSize[]
}

/** The size of the database at a time. */
export interface DatabaseSample {
  at: string
  bytes: number
  /** Of the largest collections. */
  tables: { [name: string]: number }
}

/** One action of an admin, as `GET /admin/audit` lists it. Entries are never changed. */
export interface AuditEntry {
  id: string
  at: string
  /** `collections.create`, `settings.update`, `auth.signIn`. */
  action: string
  /** Who did it; null where nobody was signed in. */
  actorId: string | null
  /** The address they had then. */
  actorEmail: string | null
  /** The API key it was done with. */
  keyId: string | null
  /** Whom the admin acted as. */
  actingAsId: string | null
  method: string
  route: string
  /** What it was done to: a name or an id. */
  target: string | null
  /** Places of the body that were given; no values. */
  paths: string[]
  address: string | null
  userAgent: string | null
  requestId: string
  status: number
  errorCode: string | null
}
