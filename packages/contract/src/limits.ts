/** Most of what one request may ask for; what is more is answered 400, mostly `query_too_complex`. Both guides have a table of them. */
export const limits = {
  /** Nesting of `$and`/`$or`/`$not`, relation paths and relation operators. */
  filterDepth: 8,
  /** Leaf conditions in one filter. */
  filterTerms: 200,
  /** Values in the list of one operator: `$in`, `$hasAny`, … */
  listOperand: 1000,
  /** Relations one filter may follow, all paths together: PostgreSQL plans them as joins, at more than linear cost. */
  filterRelations: 50,
  /** Levels of expanded relations, and of records inside the body of a write. A path in `sort` or an aggregate follows one relation less. */
  expandDepth: 6,
  /** Relations one query may expand, on all levels together. */
  expansions: 50,
  /** Records an answer may hold by its limits, expanded ones counted wherever they stand. */
  answerRecords: 100_000,
  /** Names in one `sort`. */
  sortKeys: 8,
  /** Records of a page where no `limit` is given, and the most that may be asked for. */
  defaultLimit: 30,
  maxLimit: 1000,
  /** `count=upTo:N`: as many as a page may hold, so that counting never costs much more than the page. */
  countUpTo: 1000,
  /** Length of a query, in the URL or in a body, in bytes. */
  queryBytes: 100 * 1024,
  /** Records one request may create, upsert by a key, or write inside of others. Imports and writes by a filter have no such limit. */
  bulkRecords: 10_000,
  /** Operations of one batch. */
  batchOperations: 100,
  /** Groups in one answer, aggregates of each, and fields they are grouped by. */
  aggregateGroups: 10_000,
  aggregates: 50,
  groupFields: 8,
  /** Percentiles and distinct counts of one aggregate together: each sorts all records of a group. */
  sortedAggregates: 10,
  /** Relations the groups and aggregates of one query follow together. */
  aggregateRelations: 12,
  /** Corners of the polygon of a `$within`. */
  polygonCorners: 100,
  /** Keys and places in a path into a JSON field. */
  jsonPathDepth: 8,
  /** Numbers of one vector. */
  vectorDimensions: 16_000,
  /** Characters of one search. */
  searchLength: 500,
  /** Words of a search that count; those behind them are ignored. */
  searchWords: 12,
  /** Searchable fields of one collection. */
  searchableFields: 16,
  /** Length of an Idempotency-Key. */
  idempotencyKeyLength: 255,
  /** Subscriptions, and channels, of one socket. */
  subscriptionsPerSocket: 100,
  channelsPerSocket: 100,
  /** Bytes of one message a client sends over WebSocket, and of the payload of one it sends to a channel. */
  socketMessageBytes: 128 * 1024,
  channelMessageBytes: 4 * 1024,
  /** Bytes that may wait for a slow reader of realtime before it is cut. */
  realtimeBacklogBytes: 1024 * 1024,
  /** Changes a client may have missed and still be told one by one; beyond it gets a `reset`. */
  missedChanges: 100_000,
  /** Fields of one collection. */
  fieldsPerCollection: 200,
} as const
