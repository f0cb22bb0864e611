/** Collections: their definitions, the compiled schema requests work with, and changing it. */
export type { Collection, Field, Report, Schema, SqlValue } from './collection.js'
export { compileSchema } from './compile-schema.js'
export { slugOf, tsType } from './fields/index.js'
