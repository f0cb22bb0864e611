/** Limits of the query grammar; beyond them the answer is 400 `query_too_complex` or `invalid_query`. */
export const limits = {
  /** Nesting of `$and`/`$or`/`$not`, relation paths and relation operators. */
  filterDepth: 8,
  /** Leaf conditions in one filter. */
  filterTerms: 200,
  /** Items of one `$in`, `$nin`, `$hasAny` or `$hasAll` list. */
  listOperand: 1000,
  /** Relations one filter may follow, all paths together: PostgreSQL plans them as joins, at more than linear cost. */
  filterRelations: 50,
  expandDepth: 6,
  /** Relations one query may expand, on all levels together. */
  expansions: 50,
  /** Records an answer may hold by its limits, expanded ones counted wherever they stand. */
  answerRecords: 100_000,
  sortKeys: 8,
  defaultLimit: 30,
  maxLimit: 1000,
  /** `count=upTo:N`: as many as a page may hold, so that counting never costs much more than the page. */
  countUpTo: 1000,
  /** Length of a query, in the URL or in a body, in bytes. */
  queryBytes: 100 * 1024,
  /** Records in one create call. */
  bulkRecords: 10_000,
  /** Operations of one batch. */
  batchOperations: 100,
  /** Groups of one aggregate, aggregates of each, and fields they are grouped by. */
  aggregateGroups: 10_000,
  aggregates: 50,
  groupFields: 8,
  /** Percentiles and distinct counts of one aggregate together: each sorts all records of a group. */
  sortedAggregates: 10,
  /** Relations the groups and aggregates of one query follow together. */
  aggregateRelations: 12,
  /** Corners of the polygon of a `$within`. */
  polygonCorners: 100,
  /** Keys of a path into a JSON field. */
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
  /** Fields of one collection. */
  fieldsPerCollection: 200,
} as const
