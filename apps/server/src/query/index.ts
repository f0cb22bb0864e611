export type { Comparison, FieldShape, Operand, RecordShape, RelationShape } from './shape.js'
