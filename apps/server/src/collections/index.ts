/** Collections: their definitions, the compiled schema requests work with, and changing it. */
export type { Collection, Field, Report, Schema, SqlValue } from './collection.js'
export { compileSchema } from './compile-schema.js'
export { draftRow, storedColumns } from './draft-row.js'
export { maxListItems, slugOf } from './fields/index.js'
export { fieldSchemaOf } from './json-schema.js'
export { fieldsOfConstraint } from './names.js'
export { SchemaCache } from './schema-cache.js'
export { type ChangeOf, SchemaChanges } from './schema-changes.js'
