/** Names of collections, fields and roles. */
export const namePattern = /^[a-z][a-zA-Z0-9_]{0,58}$/

export const fieldTypes = [
  'text',
  'richtext',
  'email',
  'url',
  'slug',
  'integer',
  'number',
  'decimal',
  'boolean',
  'date',
  'datetime',
  'duration',
  'uuid',
  'json',
  'select',
  'multiselect',
  'tags',
  'relation',
  'geopoint',
  'vector',
  'computed',
] as const

export type FieldTypeName = (typeof fieldTypes)[number]

/** Fields every record has. The server sets them; `id` may be chosen by the client at create. */
export const systemFields = ['id', 'createdAt', 'updatedAt', 'createdBy', 'version'] as const

export type SystemFieldName = (typeof systemFields)[number]

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/** How much a field counts in a search. */
export type SearchWeight = 'A' | 'B' | 'C' | 'D'

/** Languages whose words a search knows by their stems; `simple` takes words as they are. */
export const searchLanguages = [
  'simple',
  'arabic',
  'armenian',
  'basque',
  'catalan',
  'danish',
  'dutch',
  'english',
  'finnish',
  'french',
  'german',
  'greek',
  'hindi',
  'hungarian',
  'indonesian',
  'irish',
  'italian',
  'lithuanian',
  'nepali',
  'norwegian',
  'portuguese',
  'romanian',
  'russian',
  'serbian',
  'spanish',
  'swedish',
  'tamil',
  'turkish',
  'yiddish',
] as const

export type SearchLanguage = (typeof searchLanguages)[number]

/** How far two vectors lie apart: `cosine` 0–2, `innerProduct` negated, so that less is nearer, `l2` Euclidean. */
export const vectorMetrics = ['cosine', 'innerProduct', 'l2'] as const

export type VectorMetric = (typeof vectorMetrics)[number]

/** What `onDelete` does to a record whose relation points at a record that is deleted. */
export type OnDelete = 'cascade' | 'restrict' | 'setNull'

/**
 * A field of a collection. Which keys fit depends on `type`; a key that does not fit is refused with
 * `invalid_definition`.
 */
export interface FieldDefinition {
  /** Stable identity, given by the server. Sent back with another `name`, it renames the field and keeps the data. */
  id?: string
  name: string
  type: FieldTypeName
  description?: string
  /** A value must be given at create and can never become null. */
  required?: boolean
  /** The value of a create that leaves the field out. `$now` for date and datetime. */
  default?: Json
  /** No two records share a value; null is not a value. */
  unique?: boolean
  index?: boolean
  /** Readable by admins only, whatever the rules say. */
  hidden?: boolean
  /** Set at create, never changed after. */
  immutable?: boolean
  /**
   * A condition the whole record must satisfy after every write, in the query grammar, with `$now`; what fails it is
   * answered 422 under this field: `{ "endsAt": { "$gt": { "$field": "startsAt" } } }`, `{ "$or": [{ "status": "draft" }, { "title": { "$null": false } }] }`.
   */
  validate?: ConditionJson
  /**
   * text, richtext, email, url, slug, select, multiselect, tags: found by `search` and `$search`. A letter weighs the
   * field, A most; `true` is D. Its index serves `$contains`, `$like` and `$ilike` too.
   */
  searchable?: boolean | SearchWeight

  /** integer, number, decimal (as string): smallest and largest value. date, datetime: earliest and latest, ISO 8601. */
  min?: number | string
  max?: number | string
  /** Texts: length in Unicode code points. */
  minLength?: number
  maxLength?: number
  /** text: a regular expression (RE2 syntax) the whole value matches. */
  pattern?: string
  /** select, multiselect: the allowed values. */
  options?: string[]
  /** multiselect, tags, relation with `many`: number of items. */
  minItems?: number
  maxItems?: number
  /** decimal: total digits and digits after the point. Default 18 and 6. */
  precision?: number
  scale?: number
  /** json: a JSON Schema (draft 2020-12) the value satisfies. */
  schema?: { [key: string]: Json }
  /** vector: numbers per value, 1–16000. */
  dimensions?: number
  /** vector: how far two values lie apart when a query does not say, and what `index` is made for. Default `cosine`. */
  metric?: VectorMetric
  /** slug: the text field it is made from when a create leaves it out. */
  from?: string

  /** relation: the collection it points at. */
  collection?: string
  /** relation: an ordered list of records instead of one. */
  many?: boolean
  /** relation: default `restrict` when required, else `setNull`. With `many`, the entry leaves the list. */
  onDelete?: OnDelete
  /** relation: the name under which the other collection sees the records that point at it. */
  inverse?: string

  /** computed: an expression over fields of the same record, e.g. `price * quantity`. */
  expression?: string
  /** computed: the type of the result. */
  returns?: 'text' | 'integer' | 'number' | 'decimal' | 'boolean'
}

/** A database index. `-` before a field name means descending. */
export interface IndexDefinition {
  fields: string[]
  unique?: boolean
}

export const actions = ['read', 'create', 'update', 'delete'] as const

export type Action = (typeof actions)[number]

/** What the change log holds of each change of a record. */
export const changeLogLevels = ['full', 'keys', 'off'] as const

export type ChangeLogLevel = (typeof changeLogLevels)[number]

export interface KeptFor {
  /** 1–36500. */
  days: number
}

/** A condition in the query grammar; in rules it may use `$user.<path>`, `$user.roles`, `$user.team`, `$user.teams`, `$user.teams.<role>`, `$now` and `$now(-7d)`. */
export type ConditionJson = { [key: string]: Json }

export interface RuleDefinition {
  /** `public` (everyone), `user` (everyone signed in), or a named role. */
  role: string
  action: Action | Action[]
  /** Which rows. Left out: every row. */
  conditions?: ConditionJson
  /** Which fields may be read or written. Left out: all that are not hidden. */
  fields?: string[]
  /** create, update: values the server sets and the caller may not send; may use `$user.<path>` and `$now`. */
  preset?: { [field: string]: Json }
  /** Takes away instead of giving. */
  deny?: boolean
  description?: string
  /** Cases that are tried whenever the schema changes, and by `holdfast rules test`. */
  tests?: RuleTest[]
}

/** One case of a rule: who, what record, and what is expected of all rules of the collection together. */
export interface RuleTest {
  description?: string
  /**
   * `public`, `user`, or a user: `{ "id": …, "roles": ["editor"], … }` with fields of the users collection; `team` and
   * `teams` are the ids of teams, or the roles by id: `{ "teams": { "<id>": ["owner"] } }`.
   */
  as: string | { [field: string]: Json }
  /** Default: the first action of the rule. */
  action?: Action
  /** The record the action is about; for create and update, as it would be after. */
  record: { [field: string]: Json }
  expect: 'allowed' | 'denied'
  /** read: fields that are expected to be absent. create, update: fields the body names; left out, those of `record`. */
  fields?: string[]
}

/** What becomes of the records about a user when the user is erased. */
export const erasures = ['delete', 'anonymise', 'keep'] as const

export type Erasure = (typeof erasures)[number]

export interface PersonalData {
  /** The field that says who a record is about: a relation to one of `users`, or `createdBy`. */
  field: string
  /** `anonymise` keeps the record without the user and without what `clear` names; `keep` only exports it. */
  onDelete: Erasure
  /** With `anonymise`: fields that become null. */
  clear?: string[]
}

export interface CollectionDefinition {
  /** Stable identity, given by the server. */
  id?: string
  name: string
  description?: string
  /** Language of its texts, so that a search for `running` finds `run`. Default `simple`: words as they are. */
  language?: SearchLanguage
  /** Keeps every version of its records, to be listed, compared, read as of a time and restored: for so many days, `true` for ever. */
  history?: boolean | KeptFor
  /** Deleted records can be listed and restored, with what went with them: for so many days, `true` for 30. */
  trash?: boolean | KeptFor
  /**
   * What the change log holds of a change: the record before and after (`full`), its id (`keys`), or nothing (`off`). Default
   * `full`, which realtime, webhooks, `history` and `trash` need.
   */
  changeLog?: ChangeLogLevel
  /**
   * Its records are teams: users are members of them, with roles. Whoever creates one is its first member, in the role `owner`.
   * At most one collection; rules ask for `$user.teams`, `$user.teams.<role>` and `$user.team`.
   */
  members?: boolean
  /**
   * The field, a relation to the collection with `members` or a `uuid`, that says to which team a record belongs. Callers
   * see and write the records of the team they have switched to (`POST /auth/team`), and no others.
   */
  tenant?: string
  /** Its records are about a person: they are in the export of that user's data, and erased with the user. */
  personalData?: PersonalData
  fields: FieldDefinition[]
  indexes?: IndexDefinition[]
  rules?: RuleDefinition[]
}
