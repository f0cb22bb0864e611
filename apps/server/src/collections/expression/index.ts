export { computedColumnSql, inputOf, inputsOf } from './computed-column.js'
export { ExpressionError } from './tokens.js'
