/** Pure helpers every tier may use. */
export { AppError, type AppErrorOptions, defineError, invalidAt } from './app-error.js'
export { newId } from './ids.js'
export { nearestWord } from './nearest-word.js'
export { quoteIdentifier, quoteLiteral } from './sql-text.js'
