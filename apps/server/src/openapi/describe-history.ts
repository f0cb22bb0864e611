import type { CollectionView } from './collection-view.js'
import { heading, recordAnswer, writtenRecord } from './describe-operations.js'
import { fieldNames, listOf, listParameters, selectionParameters, shared } from './describe-parameters.js'
import { problems } from './describe-problems.js'
import { envelope, type JsonSchema, jsonContent, type Operation, refTo } from './document.js'

/** Operations on versions and deleted records, where the collection keeps them. */

export function listVersions(view: CollectionView): Operation | undefined {
  const { read, collection, open } = view
  if (!read || !collection.definition.history) return undefined
  return {
    ...heading(view, 'listVersions', open.read, `List the versions of a record of ${collection.name}, newest first`),
    description: 'Each as you may read it today; `fields` puts the record as it was beside what was changed.',
    parameters: [shared('id'), fieldsParameter(view), shared('limit'), shared('cursor')],
    responses: {
      200: pageAnswer('A page of its versions', versionOf(view)),
      ...problems(400, 401, 403, 404, 503),
    },
  }
}

export function getVersion(view: CollectionView): Operation | undefined {
  const { read, collection, open } = view
  if (!read || !collection.definition.history) return undefined
  return {
    ...heading(view, 'getVersion', open.read, `Get a version of a record of ${collection.name}`),
    parameters: [shared('id'), shared('version'), fieldsParameter(view)],
    responses: {
      200: { description: 'The version', content: jsonContent(envelope(versionOf(view))) },
      ...problems(400, 401, 403, 404, 503),
    },
  }
}

export function restoreVersion(view: CollectionView): Operation | undefined {
  const { read, update, collection, open } = view
  if (!read || !update || !collection.definition.history) return undefined
  return {
    ...heading(
      view,
      'restoreVersion',
      open.read && open.update,
      `Make a record of ${collection.name} what it was in a version`,
    ),
    description:
      'An update of the fields that differ and that you may read and change. A deleted record comes back first, if you may delete it.',
    parameters: [
      shared('id'),
      shared('version'),
      ...selectionParameters(read),
      shared('ifMatch'),
      shared('prefer'),
      shared('idempotencyKey'),
    ],
    responses: {
      200: recordAnswer('Restored', writtenRecord(view)),
      204: { description: 'Restored, with `Prefer: return=minimal`' },
      ...problems(400, 401, 403, 404, 409, 412, 422, 503),
    },
  }
}

// ── trash ────────────────────────────────────────────────────────────────────────────────────────────────────────────

export function listTrash(view: CollectionView): Operation | undefined {
  const { read, collection, open } = view
  if (!read || !view.delete || !collection.definition.trash) return undefined
  const taken = new Set(['expand', 'highlight', 'offset', 'explain', 'asOf'])
  const parameters = listParameters(read, `${collection.name}.filter`).filter(
    ({ name, $ref }) => !taken.has(String(name ?? $ref).replace(/.*\//, '')),
  )
  return {
    ...heading(
      view,
      'listTrash',
      open.read && open.delete,
      `List deleted records of ${collection.name}, those deleted last first`,
    ),
    description: 'Those that you may read and could have deleted. `deletedAt` is a name to sort by, too.',
    parameters: parameters.map((parameter) => (parameter['name'] === 'sort' ? sortParameter(parameter) : parameter)),
    responses: { 200: pageAnswer('A page of the trash', trashedRecord(view)), ...problems(400, 401, 403, 414, 503) },
  }
}

export function restore(view: CollectionView): Operation | undefined {
  if (!view.delete || !view.collection.definition.trash) return undefined
  const { name } = view.collection
  return {
    ...heading(view, 'restore', view.open.delete, `Bring a deleted record of ${name} back`),
    description: 'With what was deleted with it, all or nothing. Whoever may delete a record may bring it back.',
    parameters: [shared('id'), shared('idempotencyKey')],
    responses: {
      200: {
        description: 'How many records came back, as far as you may read them',
        content: jsonContent(
          envelope({ type: 'object', required: ['restored'], properties: { restored: countsSchema } }),
        ),
      },
      ...problems(400, 401, 403, 404, 409, 422, 503),
    },
  }
}

export function purge(view: CollectionView): Operation | undefined {
  if (!view.admin || !view.collection.definition.trash) return undefined
  return {
    ...heading(view, 'purge', undefined, `Forget a deleted record of ${view.collection.name} for good`),
    description: 'With what was deleted with it, and all their versions.',
    parameters: [shared('id'), shared('idempotencyKey')],
    responses: { 204: { description: 'Forgotten' }, ...problems(400, 401, 403, 404, 409, 503) },
  }
}

export function emptyTrash(view: CollectionView): Operation | undefined {
  if (!view.admin || !view.collection.definition.trash) return undefined
  const counted = { type: 'object', required: ['count'], properties: { count: { type: 'integer' } } }
  return {
    ...heading(view, 'emptyTrash', undefined, `Forget all deleted records of ${view.collection.name} for good`),
    parameters: [shared('idempotencyKey')],
    responses: {
      200: { description: 'How many they were', content: jsonContent(envelope(counted)) },
      ...problems(400, 401, 403, 409, 503),
    },
  }
}

// ── parts ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const fieldsParameter = ({ read }: CollectionView): JsonSchema =>
  listOf('fields', 'The fields of `record`.', fieldNames(read!))

const sortParameter = (sort: JsonSchema): JsonSchema => {
  const schema = sort['schema'] as { readonly items: { readonly enum: readonly string[] } }
  const names = [...new Set([...schema.items.enum, 'deletedAt', '-deletedAt'])]
  return { ...sort, schema: { ...schema, items: { ...schema.items, enum: names } } }
}

const time: JsonSchema = { type: 'string', format: 'date-time' }
const who = (description: string): JsonSchema => ({
  type: ['string', 'null'],
  format: 'uuid',
  description: `${description} Absent where you may not read \`createdBy\`.`,
})

/** Some fields of a record, as they are in it. */
const partOf = ({ collection }: CollectionView): JsonSchema => ({
  type: 'object',
  description: `Fields as in \`${collection.name}.record\`.`,
})

const versionOf = (view: CollectionView): JsonSchema => ({
  type: 'object',
  required: ['version', 'action', 'at', 'changes'],
  properties: {
    version: { type: 'integer', description: 'A delete bears the number of the version it deleted.' },
    action: {
      type: 'string',
      enum: ['create', 'update', 'delete', 'base'],
      description: '`base`: what the record was when its history began.',
    },
    at: time,
    user: who('Who did it; null for nobody signed in, and for what did not come through the API.'),
    changes: {
      type: 'object',
      description: 'Fields that you may read before and after it.',
      additionalProperties: { type: 'object', required: ['from', 'to'], properties: { from: {}, to: {} } },
    },
    record: partOf(view),
  },
})

const countsSchema: JsonSchema = {
  type: 'array',
  items: {
    type: 'object',
    required: ['collection', 'count'],
    properties: { collection: { type: 'string' }, count: { type: 'integer' } },
  },
}

const trashedRecord = (view: CollectionView): JsonSchema => ({
  type: 'object',
  required: ['id', 'deletedAt', 'expiresAt', 'record', 'cascade'],
  properties: {
    id: { type: 'string', format: 'uuid' },
    deletedAt: time,
    deletedBy: who('Who deleted it.'),
    expiresAt: { ...time, description: 'Until when it can be brought back.' },
    record: partOf(view),
    cascade: { ...countsSchema, description: 'What was deleted with it and comes back with it.' },
  },
})

const pageAnswer = (description: string, item: JsonSchema): JsonSchema => ({
  description,
  content: jsonContent({
    type: 'object',
    required: ['data', 'meta'],
    properties: { data: { type: 'array', items: item }, meta: refTo('schemas', 'PageMeta') },
  }),
})
