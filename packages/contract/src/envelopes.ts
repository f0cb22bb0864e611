import type { Action, CollectionDefinition, ConditionJson, Json, RuleDefinition } from './definition.js'
import type { ErrorItem } from './errors.js'

/** Answer with one record or object. */
export interface One<T> {
  data: T
}

/** Answer with a page. */
export interface Page<T> {
  data: T[]
  meta: PageMeta
}

export interface PageMeta {
  /** Pass it as `cursor` for the next page; null on the last. */
  nextCursor: string | null
  /** On a page asked for with `cursor`: pass it as `cursor` for the page before; null where the list begins. */
  previousCursor?: string | null
  /** Only when asked for with `count`. `upTo:N` answers N when there are N or more. */
  total?: number
  /** With `explain=plan`: how PostgreSQL runs the query. Admins only. */
  plan?: QueryPlan
}

/** `count=`: how much work the total may cost. `upTo:N` counts no further than N, which is 1000 at most. */
export type CountMode = 'none' | 'exact' | 'estimated' | `upTo:${number}`

/** How PostgreSQL runs a query, with advice in words. */
export interface QueryPlan {
  /** The SQL of the page. */
  sql: string
  /** Planner's units; 1 is about reading one page of a table in order. */
  cost: number
  /** Records the planner expects. */
  rows: number
  /** `EXPLAIN (FORMAT JSON)` of it. */
  explain: Json
  /** What would make it faster, for example an index to add. Empty where nothing is wrong. */
  advice: QueryAdvice[]
}

export interface QueryAdvice {
  message: string
  /** An index the collection could be given. */
  index?: { collection: string; fields: string[] }
}

/** Under `matchMeta` of each record, when the filter or `search` measures records. */
export interface MatchMeta {
  /** Of `search` and `$search`: more is better. */
  rank?: number
  /** Of `$near` in kilometres, of `$nearest` in the units of its metric. */
  distance?: number
  /** With `highlight`: fields with what matched between `<mark>` and `</mark>`; all else is escaped for HTML. */
  highlight?: { [field: string]: string }
}

/** Body of `POST /collections/{name}/aggregate`. */
export interface AggregateQuery {
  filter?: ConditionJson
  search?: string
  /** Fields and paths through to-one relations (`author.team`), dates also by bucket. Left out: one group of all. */
  groupBy?: (string | GroupBucket)[]
  aggregates: { [name: string]: Aggregate }
  /** Conditions on the aggregates by their names: `{ "total": { "$gte": 10 } }`. */
  having?: ConditionJson
  /** Names of aggregates and groups, `-` for descending. Default: the groups. */
  sort?: string | string[]
  /** Groups in the answer. Default 100, at most 10,000. */
  limit?: number
}

/**
 * Dates grouped by period, which starts in the time zone (default UTC). Its name in the answer: `as`, or the field.
 * Without a bucket: a field or path by another name.
 */
export interface GroupBucket {
  field: string
  bucket?: 'minute' | 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year'
  /** IANA name: `Europe/Berlin`. */
  timezone?: string
  as?: string
}

/** One of them. `count: "*"` counts records, `count: field` those that have a value. */
export type Aggregate =
  | { count: string }
  | { countDistinct: string }
  | { sum: string }
  | { avg: string }
  | { min: string }
  | { max: string }
  | { percentile: string; at: number }

/** Answer of a bulk update or delete. */
export interface Counted {
  count: number
}

/**
 * Body of `POST /batch`. In `id` and anywhere in `data`, a text `"$0.id"` (a number, a field, and what is inside of it) stands
 * for that value of an earlier result; `"$$0.id"` is the text itself. `"$1.50"` and other texts are what they are.
 */
export interface BatchRequest {
  operations: BatchOperation[]
  /** Default `readCommitted`. With `serializable`, conflicts with others are tried again. */
  isolation?: 'readCommitted' | 'repeatableRead' | 'serializable'
}

export type BatchOperation =
  | { action: 'create'; collection: string; data: { [field: string]: Json } }
  | { action: 'update'; collection: string; id: string; data: { [field: string]: Json }; version?: number }
  | { action: 'upsert'; collection: string; id: string; data: { [field: string]: Json }; version?: number }
  | { action: 'delete'; collection: string; id: string; version?: number }
  | { action: 'get'; collection: string; id: string }

/** One line of the answer of an import. */
export type ImportLine =
  | { line: number; status: 'created' | 'updated'; id: string | null }
  | { line: number; status: 'failed'; code: string; message: string; errors?: ErrorItem[] }
  | { done: true; created: number; updated: number; failed: number }

/** Body of `POST /permissions/explain`. */
export interface ExplainRequest {
  /** `{"user": id}`, `{"role": name}` (`public`, `user` or a named one), or `{"apiKey": id}`; with `user` the `team` switched to. */
  as: { user?: string; role?: string; apiKey?: string; team?: string }
  action: Action
  collection: string
  /** An existing record … */
  id?: string
  /** … or a draft: a record to create, or with `id` the changes of an update. */
  data?: { [field: string]: Json }
}

/** Why a caller may or may not do something. */
export interface Explanation {
  allowed: boolean
  /** In a sentence. */
  reason: string
  /** The rule that decided, by its place in the collection's rules; null where none speaks about it. */
  rule: { index: number; role: string; action: Action[]; deny: boolean; description?: string } | null
  /** Conditions of that rule that did not hold, with what they met. */
  failed: FailedCondition[]
  /** Per field, for this record. */
  fields: { [name: string]: { readable: boolean; writable?: boolean; why: string } }
}

export interface FailedCondition {
  /** `author.team` */
  path: string
  operator: string
  /** As compared: variables have their value. */
  expected: Json
  actual: Json
}

/** Body of `POST /admin/rules/test`: tests of one collection, or of all; of the stored rules, or of definitions not yet applied. */
export interface RuleTestRequest {
  collection?: string
  collections?: CollectionDefinition[]
}

/** What became of the tests. */
export interface RuleTestReport {
  passed: number
  failed: number
  tests: RuleTestResult[]
}

export interface RuleTestResult {
  collection: string
  /** Place of the rule in the collection's rules, and of the test in its tests. */
  rule: number
  test: number
  description?: string
  action: Action
  passed: boolean
  expected: 'allowed' | 'denied'
  /** `undecided`: it depends on records or values the test does not give. */
  got: 'allowed' | 'denied' | 'undecided'
  /** In a sentence. */
  reason: string
}

/** Body of `POST /admin/permissions/preview`: the rules a collection would have. Nothing is saved. */
export interface PermissionPreviewRequest {
  collection: string
  rules: RuleDefinition[]
}

/** What an edit of rules would change. */
export interface PermissionPreview {
  /** `public`, `user`, and every role that the rules speak about, before or after. */
  roles: RolePreview[]
  /** The tests of the collection's rules as they would come out. */
  tests: RuleTestReport
}

/** For somebody with this role and no other (named roles: beside `user` and `public`). */
export interface RolePreview {
  role: string
  read: ActionPreview
  create: ActionPreview
  update: ActionPreview
  delete: ActionPreview
}

export interface ActionPreview {
  changed: boolean
  /** Fields that would come to be open in some record, or in none any more, or in others of the open records than before. */
  fields: { gained: string[]; lost: string[]; changed: string[] }
  /** Records that would come to be open, and that would be closed. Not for create. */
  rows?: { gained: RowChange; lost: RowChange }
}

export interface RowChange {
  /** No further than 10,000; null: it takes too long to count. With `users`, the most of any of them. */
  count: number | null
  /** There are more than that. */
  more: boolean
  sample: PreviewedRecord[]
  /** Where it depends on who asks: some users with the role, each by themselves. */
  users?: (PreviewedRecord & { count: number | null; more: boolean })[]
}

export interface PreviewedRecord {
  id: string
  /** Its first text field. */
  label: string | null
}

/** What the caller may do with one collection: answer of `GET /me/permissions`, by collection. */
export interface CollectionPermissions {
  read: ActionPermission
  create: ActionPermission
  update: ActionPermission
  delete: ActionPermission
}

export interface ActionPermission {
  /** In all records, in some (it depends on the record), or in none. */
  allowed: 'all' | 'some' | 'none'
  /** Fields that may be read or written, each in all or in some of these records. */
  fields?: { [field: string]: 'all' | 'some' }
  /** For `some`: the condition on the record with the caller's values in it, where it needs no other records; else null. */
  conditions?: ConditionJson | null
}

/** Answer of sign-up, sign-in and refresh. */
export interface TokenPair<User = Record<string, unknown>> {
  /** EdDSA JWT, verifiable with `/.well-known/jwks.json`. */
  accessToken: string
  /** Single use: each refresh gives a new one. */
  refreshToken: string
  /** Seconds the access token lives. */
  expiresIn: number
  /** As the user may read it. */
  user: User
}

/** One place the user is signed in at. */
export interface SessionInfo {
  id: string
  createdAt: string
  lastUsedAt: string
  expiresAt: string
  userAgent: string | null
  address: string | null
  /** The session this request came with. */
  current: boolean
  /** What it was opened on, as far as its user agent tells. */
  device: SessionDevice
  /** Where, as the proxy in front tells; null where none does. */
  place: { country: string | null; city: string | null } | null
  /** How the user proved who they are: `pwd`, `otp`, `swk` (passkey), `mail`, `fed` (another provider), … */
  methods: string[]
  /** An admin opened it and acts as the user. */
  impersonatedBy: { email: string | null; reason: string; at: string } | null
}

export interface SessionDevice {
  /** `Firefox on Windows` */
  name: string
  kind: DeviceKind
}

export const deviceKinds = ['desktop', 'phone', 'tablet', 'app', 'bot', 'unknown'] as const
export type DeviceKind = (typeof deviceKinds)[number]
