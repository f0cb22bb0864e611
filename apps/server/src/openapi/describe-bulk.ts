import { limits } from '@holdfast/contract'
import type { CollectionView } from './collection-view.js'
import { heading, ref, writtenRecord } from './describe-operations.js'
import { fieldNames, shared } from './describe-parameters.js'
import { problems } from './describe-problems.js'
import { exampleBody } from './describe-records.js'
import { envelope, type JsonSchema, jsonContent, type Operation, refTo } from './document.js'

/** Operations on many records of a collection at once. */

export function updateMany(view: CollectionView): Operation | undefined {
  const { read, update, collection } = view
  if (!read || !update) return undefined
  return {
    ...heading(
      view,
      'updateMany',
      view.open.read && view.open.update,
      `Change the records of ${collection.name} that a filter finds`,
    ),
    description: 'All of them or none. Counts records you may read and change.',
    parameters: [neededFilter(view), shared('prefer'), shared('idempotencyKey')],
    requestBody: { required: true, content: jsonContent(ref(view, 'update'), exampleBody(update)) },
    responses: {
      200: counted('How many were changed'),
      204: { description: 'Changed, with `Prefer: return=minimal`' },
      ...problems(400, 401, 403, 409, 413, 414, 415, 422, 503),
    },
  }
}

export function removeMany(view: CollectionView): Operation | undefined {
  if (!view.read || !view.delete) return undefined
  return {
    ...heading(
      view,
      'deleteMany',
      view.open.read && view.open.delete,
      `Delete the records of ${view.collection.name} that a filter finds`,
    ),
    description: 'All of them or none. Counts records you may read and delete.',
    parameters: [neededFilter(view), shared('prefer'), shared('idempotencyKey')],
    responses: {
      200: counted('How many were deleted'),
      204: { description: 'Deleted, with `Prefer: return=minimal`' },
      ...problems(400, 401, 403, 409, 414, 422, 503),
    },
  }
}

export function upsertMany(view: CollectionView): Operation | undefined {
  const { create, collection, open } = view
  if (!create) return undefined
  const one = ref(view, 'create')
  const written = writtenRecord(view)
  return {
    ...heading(view, 'upsertBy', open.create, `Create or change records of ${collection.name} by a unique key`),
    description:
      'The record that has these values in the fields of `by` is changed where you may change it: fields that are left out stay as they are. Else one is created.',
    parameters: [byParameter, shared('prefer'), shared('idempotencyKey')],
    requestBody: {
      required: true,
      content: jsonContent(
        { oneOf: [one, { type: 'array', items: one, maxItems: limits.bulkRecords }] },
        exampleBody(create),
      ),
    },
    responses: {
      200: {
        description: 'Changed, or a list',
        content: jsonContent(envelope({ oneOf: [written, { type: 'array', items: written }] })),
      },
      201: { description: 'Created', content: jsonContent(envelope(written)) },
      204: { description: 'Written, with `Prefer: return=minimal`' },
      ...problems(400, 401, 403, 409, 413, 415, 422, 503),
    },
  }
}

export function importMany(view: CollectionView): Operation | undefined {
  const { create, collection, open } = view
  if (!create) return undefined
  const lines = { 'application/x-ndjson': { schema: { type: 'string', description: 'A record in JSON per line.' } } }
  return {
    ...heading(view, 'import', open.create, `Import records of ${collection.name}, any number of them`),
    description:
      'Reads lines and answers lines while it reads: one per record, `{"line":1,"status":"created","id":"…"}` or with `status: "failed"` and why, and at the end `{"done":true,"created":2,"updated":0,"failed":1}`.',
    parameters: [
      byParameter,
      {
        name: 'onError',
        in: 'query',
        description: '`skip` keeps what could be written; `abort` writes all or nothing.',
        schema: { type: 'string', enum: ['skip', 'abort'], default: 'skip' },
      },
      shared('prefer'),
    ],
    requestBody: { required: true, content: lines },
    responses: {
      200: { description: 'A report, line by line', content: lines },
      ...problems(400, 401, 403, 415, 503),
    },
  }
}

export function aggregate(view: CollectionView): Operation | undefined {
  const { read, collection } = view
  if (!read) return undefined
  return {
    ...heading(view, 'aggregate', view.open.read, `Count, sum and group records of ${collection.name}`),
    description: 'Under your rows and fields: a field counts as null in records where you may not read it.',
    requestBody: {
      required: true,
      content: jsonContent(aggregateBody(fieldNames(read), `${collection.name}.filter`), {
        aggregates: { n: { count: '*' } },
      }),
    },
    responses: {
      200: {
        description: 'One row per group: its values and its aggregates',
        content: jsonContent(envelope({ type: 'array', items: { type: 'object' } })),
      },
      ...problems(400, 401, 403, 413, 415, 503),
    },
  }
}

function aggregateBody(names: readonly string[], filter: string): JsonSchema {
  const field = { type: 'string', description: `A field (${names.join(', ')}), or a path through to-one relations.` }
  const of = (name: string, more: { [key: string]: JsonSchema } = {}): JsonSchema => ({
    type: 'object',
    required: [name, ...Object.keys(more)],
    properties: { [name]: field, ...more },
    additionalProperties: false,
  })
  const functions = ['count', 'countDistinct', 'sum', 'avg', 'min', 'max'].map((name) => of(name))
  return {
    type: 'object',
    required: ['aggregates'],
    properties: {
      filter: refTo('schemas', filter),
      search: { type: 'string', maxLength: limits.searchLength },
      groupBy: { type: 'array', maxItems: limits.groupFields, items: { anyOf: [field, bucket] } },
      aggregates: {
        type: 'object',
        maxProperties: limits.aggregates,
        additionalProperties: {
          oneOf: [...functions, of('percentile', { at: { type: 'number', minimum: 0, maximum: 1 } })],
        },
      },
      having: { type: 'object', description: 'Conditions on aggregates by their names: `{"n":{"$gte":10}}`.' },
      sort: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
      limit: { type: 'integer', minimum: 1, maximum: limits.aggregateGroups, default: 100 },
    },
    additionalProperties: false,
  }
}

const bucket: JsonSchema = {
  type: 'object',
  required: ['field', 'bucket'],
  properties: {
    field: { type: 'string' },
    bucket: { type: 'string', enum: ['minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'] },
    timezone: { type: 'string', default: 'UTC', examples: ['Europe/Berlin'] },
    as: { type: 'string' },
  },
  additionalProperties: false,
}

const byParameter: JsonSchema = {
  name: 'by',
  in: 'query',
  description: 'Fields of a unique field or unique index, by which a record is found: `email`, `author,title`.',
  schema: { type: 'string' },
}

const neededFilter = ({ collection }: CollectionView): JsonSchema => ({
  name: 'filter',
  in: 'query',
  required: true,
  description: 'Which records, as JSON or in brackets. It must not be empty.',
  content: jsonContent(refTo('schemas', `${collection.name}.filter`), { id: { $null: false } }),
})

const counted = (description: string): JsonSchema => ({
  description,
  content: jsonContent(
    envelope({ type: 'object', required: ['count'], properties: { count: { type: 'integer', minimum: 0 } } }),
  ),
})
