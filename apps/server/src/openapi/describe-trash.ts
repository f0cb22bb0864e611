import type { CollectionView } from './collection-view.js'
import { heading } from './describe-operations.js'
import { listParameters, shared } from './describe-parameters.js'
import { problems } from './describe-problems.js'
import { envelope, type JsonSchema, jsonContent, type Operation } from './document.js'
import { pageAnswer, partOf, time, who } from './kept-parts.js'

/** Operations on deleted records, where the collection keeps them. */

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

const sortParameter = (sort: JsonSchema): JsonSchema => {
  const schema = sort['schema'] as { readonly items: { readonly enum: readonly string[] } }
  const names = [...new Set([...schema.items.enum, 'deletedAt', '-deletedAt'])]
  return { ...sort, schema: { ...schema, items: { ...schema.items, enum: names } } }
}

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
