import { limits } from '@holdfast/contract'
import { isAlways } from '../query/index.js'
import type { CollectionView } from './collection-view.js'
import { asOfParameter, listParameters, queryBody, selectionParameters, shared } from './describe-parameters.js'
import { problems } from './describe-problems.js'
import { exampleBody } from './describe-records.js'
import {
  envelope,
  type JsonSchema,
  jsonContent,
  type Operation,
  refTo,
  signInNeeded,
  signInOptional,
} from './document.js'

export function list(view: CollectionView): Operation | undefined {
  const { read, collection } = view
  if (!read) return undefined
  return {
    ...heading(view, 'list', view.open.read, `List records of ${collection.name}`),
    parameters: listParameters(read, `${collection.name}.filter`),
    responses: { 200: pageOf(view), ...problems(400, 401, 403, 414, 503) },
  }
}

export function query(view: CollectionView): Operation | undefined {
  const { read, collection } = view
  if (!read) return undefined
  return {
    ...heading(view, 'query', view.open.read, `List records of ${collection.name}, with the query in the body`),
    requestBody: { required: true, content: jsonContent(queryBody(read, `${collection.name}.filter`), {}) },
    responses: { 200: pageOf(view), ...problems(400, 401, 403, 413, 415, 422, 503) },
  }
}

export function get(view: CollectionView): Operation | undefined {
  const { read, collection } = view
  if (!read) return undefined
  return {
    ...heading(view, 'get', view.open.read, `Get a record of ${collection.name}`),
    parameters: [shared('id'), ...selectionParameters(read), ...asOfParameter(read)],
    responses: {
      200: recordAnswer('The record', ref(view, 'record')),
      ...problems(400, 401, 403, 404, 503),
    },
  }
}

export function create(view: CollectionView): Operation | undefined {
  const { create, collection } = view
  if (!create) return undefined
  const one = ref(view, 'create')
  const many = { type: 'array', items: one, maxItems: limits.bulkRecords }
  const written = writtenRecord(view)
  return {
    ...heading(view, 'create', view.open.create, `Create a record of ${collection.name}, or many`),
    description:
      'A list creates many records, all or none. Under the name of a relation, records can be made in the same body.',
    parameters: [...echoParameters(view), shared('prefer'), shared('idempotencyKey')],
    requestBody: { required: true, content: jsonContent({ oneOf: [one, many] }, exampleBody(create)) },
    responses: {
      201: recordAnswer('Created', { oneOf: [written, { type: 'array', items: written }] }),
      ...problems(400, 401, 403, 409, 413, 415, 422, 503),
    },
  }
}

export function update(view: CollectionView): Operation | undefined {
  const { update, collection } = view
  if (!update) return undefined
  return {
    ...heading(view, 'update', view.open.update, `Change a record of ${collection.name}`),
    description:
      'Fields that are left out stay as they are. Operators change the value that is there: `{"views":{"$inc":1}}`.',
    parameters: [shared('id'), ...echoParameters(view), shared('ifMatch'), shared('prefer'), shared('idempotencyKey')],
    requestBody: { required: true, content: jsonContent(ref(view, 'update'), exampleBody(update)) },
    responses: {
      200: recordAnswer('Changed', writtenRecord(view)),
      204: { description: 'Changed, with `Prefer: return=minimal`' },
      ...problems(400, 401, 403, 404, 409, 412, 413, 415, 422, 503),
    },
  }
}

export function upsert(view: CollectionView): Operation | undefined {
  const { create, update, collection, open } = view
  if (!create && !update) return undefined
  const bodies = [...(create ? [ref(view, 'create')] : []), ...(update ? [ref(view, 'update')] : [])]
  return {
    ...heading(
      view,
      'upsert',
      open.create ?? open.update,
      `Create or change the record of ${collection.name} with this id`,
    ),
    description: 'Changes the record where there is one: fields that are left out stay as they are. Else creates it.',
    parameters: [shared('id'), ...echoParameters(view), shared('ifMatch'), shared('prefer'), shared('idempotencyKey')],
    requestBody: { required: true, content: jsonContent({ anyOf: bodies }, exampleBody((create ?? update)!)) },
    responses: {
      200: recordAnswer('Changed', writtenRecord(view)),
      201: recordAnswer('Created', writtenRecord(view)),
      204: { description: 'Changed, with `Prefer: return=minimal`' },
      ...problems(400, 401, 403, 404, 409, 412, 413, 415, 422, 503),
    },
  }
}

export function remove(view: CollectionView): Operation | undefined {
  if (!view.delete) return undefined
  return {
    ...heading(view, 'delete', view.open.delete, `Delete a record of ${view.collection.name}`),
    parameters: [shared('id'), shared('ifMatch'), shared('idempotencyKey')],
    responses: { 204: { description: 'Deleted' }, ...problems(400, 401, 403, 404, 409, 412, 503) },
  }
}

// ── parts of operations ──────────────────────────────────────────────────────────────────────────────────────────────

/** `open` is what anybody may do without signing in. */
export const heading = ({ collection: { name } }: CollectionView, verb: string, open: unknown, summary: string) => ({
  operationId: `${verb}${name.charAt(0).toUpperCase()}${name.slice(1)}`,
  tags: [name],
  summary,
  security: open ? signInOptional : signInNeeded,
})

export const ref = ({ collection }: CollectionView, schema: 'record' | 'create' | 'update'): JsonSchema =>
  refTo('schemas', `${collection.name}.${schema}`)

/** `fields` and `expand` of a write: what of the record comes back. */
const echoParameters = ({ read }: CollectionView): JsonSchema[] => (read ? selectionParameters(read) : [])

/** A written record; null where it lies outside the rows the caller may read. */
export function writtenRecord(view: CollectionView): JsonSchema {
  if (!view.read) return { type: 'null' }
  const record = ref(view, 'record')
  return isAlways(view.read.condition) ? record : { anyOf: [record, { type: 'null' }] }
}

export const recordAnswer = (description: string, data: JsonSchema): JsonSchema => ({
  description,
  headers: { ETag: { description: 'Version of the record, for `If-Match`', schema: { type: 'string' } } },
  content: jsonContent(envelope(data)),
})

const pageOf = (view: CollectionView): JsonSchema => ({
  description: 'A page of the records you may read',
  content: jsonContent({
    type: 'object',
    required: ['data', 'meta'],
    properties: { data: { type: 'array', items: ref(view, 'record') }, meta: refTo('schemas', 'PageMeta') },
  }),
})
