import { exportFormats } from '@holdfast/contract'
import type { CollectionView } from './collection-view.js'
import { heading } from './describe-operations.js'
import { exportBody, exportParameters } from './describe-parameters.js'
import { problems } from './describe-problems.js'
import { type JsonSchema, jsonContent, type Operation } from './document.js'

/** Every record one may read, as a file. */

export function exportMany(view: CollectionView): Operation | undefined {
  const { read, collection } = view
  if (!read) return undefined
  return {
    ...heading(view, 'export', view.open.read, `Export records of ${collection.name}, all that are found`),
    description,
    parameters: [
      ...Object.entries(form).map(([name, { description, ...schema }]) => ({
        name,
        in: 'query',
        required: name === 'format',
        description,
        schema,
      })),
      ...exportParameters(read, `${collection.name}.filter`),
    ],
    responses: { 200: file, ...problems(400, 401, 403, 414, 503) },
  }
}

export function exportByBody(view: CollectionView): Operation | undefined {
  const { read, collection } = view
  if (!read) return undefined
  return {
    ...heading(view, 'exportBy', view.open.read, `Export records of ${collection.name}, with the query in the body`),
    description,
    requestBody: {
      required: true,
      content: jsonContent(exportBody(read, `${collection.name}.filter`, form), { format: 'csv' }),
    },
    responses: { 200: file, ...problems(400, 401, 403, 413, 415, 422, 503) },
  }
}

const description =
  'Streams them as they are at one moment, under your rows and fields. An answer that ends before its end, ends with a broken connection.'

const form: { readonly [name: string]: JsonSchema } = {
  format: {
    type: 'string',
    enum: exportFormats,
    description: '`csv`: RFC 4180 with a row of names. `ndjson`: an object per line. `json`: an array.',
  },
  formulas: {
    type: 'string',
    enum: ['escape', 'keep'],
    default: 'escape',
    description:
      "CSV: a text that begins with `=`, `+`, `-`, `@`, a tab or a carriage return gets a `'` before it, so that no spreadsheet calculates it, unless this is `keep`.",
  },
}

const file: JsonSchema = {
  description: 'The records',
  headers: { 'Content-Disposition': { description: 'A name for the file', schema: { type: 'string' } } },
  content: {
    'text/csv': { schema: { type: 'string' } },
    'application/x-ndjson': { schema: { type: 'string' } },
    'application/json': { schema: { type: 'array', items: { type: 'object' } } },
  },
}
