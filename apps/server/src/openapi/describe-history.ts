import type { CollectionView } from './collection-view.js'
import { heading, recordAnswer, writtenRecord } from './describe-operations.js'
import { fieldNames, listOf, selectionParameters, shared } from './describe-parameters.js'
import { problems } from './describe-problems.js'
import { envelope, type JsonSchema, jsonContent, type Operation } from './document.js'
import { pageAnswer, partOf, time, who } from './kept-parts.js'

/** Operations on the versions of records, where the collection keeps them. */

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

const fieldsParameter = ({ read }: CollectionView): JsonSchema =>
  listOf('fields', 'The fields of `record`.', fieldNames(read!))

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
