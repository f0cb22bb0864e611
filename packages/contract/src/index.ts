/** What crosses the wire: server, console, SDK and CLI agree here. Types and constants, no dependencies. */
export {
  type Action,
  actions,
  type CollectionDefinition,
  type ConditionJson,
  type FieldDefinition,
  type FieldTypeName,
  fieldTypes,
  type IndexDefinition,
  type Json,
  namePattern,
  type OnDelete,
  type RuleDefinition,
  type RuleTest,
  type SearchWeight,
  type SystemFieldName,
  systemFields,
  type VectorMetric,
  vectorMetrics,
} from './definition.js'
export type {
  ActionPermission,
  Aggregate,
  AggregateQuery,
  BatchOperation,
  BatchRequest,
  CollectionPermissions,
  Counted,
  CountMode,
  ExplainRequest,
  Explanation,
  FailedCondition,
  GroupBucket,
  ImportLine,
  MatchMeta,
  One,
  Page,
  PageMeta,
  QueryAdvice,
  QueryPlan,
  SessionInfo,
  TokenPair,
} from './envelopes.js'
export { type ErrorCode, type ErrorItem, errorStatus, type Problem } from './errors.js'
export { limits } from './limits.js'
export { type FieldOperator, fieldOperators, type LogicalOperator, logicalOperators } from './operators.js'
export type { SchemaApplyRequest, SchemaPlan, SchemaPlanRequest, SchemaStep } from './schema-change.js'
