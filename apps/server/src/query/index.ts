/** The condition language: one grammar and one tree for filters, rules, subscriptions and validation. Pure. */

export { FieldsComparison } from './field-reference.js'
export { fieldToSql } from './field-sql.js'
export { matchCondition } from './match.js'
export { type MatchContext, type MatchRecord, type MatchUser, variableOf } from './match-context.js'
export type { TextOrder } from './match-values.js'
export { type Bindings, bindParams, type ParamSource, Params, type ParamValue } from './params.js'
export {
  isJsonKey,
  jsonPlace,
  parseFilter,
  parseRuleCondition,
  type RuleCondition,
  readableField,
  relatedReader,
} from './parse.js'
export { unknownField } from './parsing.js'
export { type ReadableField, type Reader, readEverything } from './reader.js'
export {
  foldedSql,
  maskedSql,
  parseSearch,
  SearchCondition,
  type SearchedField,
  searchesOf,
  swappedSql,
  termQuery,
} from './search.js'
export type { SearchTerm } from './search-words.js'
export type { Comparison, FieldShape, Operand, RecordShape, RelationShape, SearchShape, VectorShape } from './shape.js'
export { conditionToSql, relatedRows } from './sql.js'
export { type RowSource, SqlContext } from './sql-context.js'
export { StoredFields } from './stored-fields.js'
export { type TracedCondition, traceCondition } from './trace.js'
export {
  ALWAYS,
  and,
  type Condition,
  conditionKey,
  FieldComparison,
  isAlways,
  isCompound,
  isNever,
  KnownCondition,
  type Measure,
  MeasuredCondition,
  measuresOf,
  NEVER,
  not,
  or,
  RelationCondition,
  simplify,
  walk,
} from './tree.js'
export { nowToSql, userVariableToSql } from './value-sql.js'
export {
  currentTeam,
  isUserVariable,
  isVariable,
  type Now,
  parseVariable,
  typeOfVariable,
  type UserVariable,
} from './variables.js'
export { NearestCondition } from './vector.js'
