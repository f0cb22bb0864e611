export { computedColumnSql, inputOf, inputsOf } from './computed-column.js'
export type { FieldLookup } from './expression-to-sql.js'
export { fieldsOfExpression, parseExpression } from './parse-expression.js'
export { ExpressionError } from './tokens.js'
