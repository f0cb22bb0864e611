import { limits } from '@holdfast/contract'
import { shared } from './describe-parameters.js'
import { problems } from './describe-problems.js'
import { envelope, type JsonSchema, jsonContent, type Paths, signInOptional } from './document.js'

const name = { type: 'string' }
const id = { type: 'string', description: 'An id, or one of an earlier result: `$0.id`.' }
const data = {
  type: 'object',
  description: 'As in the route of its own. `"$0.id"` stands for the id of the first result.',
}
const version = { type: 'integer', description: 'The version the record must have.' }

const operation = (action: string, properties: { [name: string]: JsonSchema }, optional: object = {}): JsonSchema => ({
  type: 'object',
  required: ['action', 'collection', ...Object.keys(properties)],
  properties: { action: { const: action }, collection: name, ...properties, ...optional },
  additionalProperties: false,
})

/** Many writes over any collections in one transaction. The same for everybody: rules decide operation by operation. */
export const describeBatch = (): Paths => ({
  '/api/v1/batch': {
    post: {
      operationId: 'batch',
      tags: ['Records'],
      summary: 'Write many records of any collections in one transaction',
      description:
        'All operations or none, each under the same rules as its own route. A later one may use results of an earlier: `"$0.id"`.',
      security: signInOptional,
      parameters: [shared('prefer'), shared('idempotencyKey')],
      requestBody: {
        required: true,
        content: jsonContent({
          type: 'object',
          required: ['operations'],
          properties: {
            operations: {
              type: 'array',
              minItems: 1,
              maxItems: limits.batchOperations,
              items: {
                oneOf: [
                  operation('create', { data }),
                  operation('update', { id, data }, { version }),
                  operation('upsert', { id, data }, { version }),
                  operation('delete', { id }, { version }),
                  operation('get', { id }),
                ],
              },
            },
            isolation: {
              type: 'string',
              enum: ['readCommitted', 'repeatableRead', 'serializable'],
              default: 'readCommitted',
            },
          },
          additionalProperties: false,
        }),
      },
      responses: {
        200: {
          description: 'The results in order; null where a record was deleted or may not be read',
          content: jsonContent(envelope({ type: 'array', items: { type: ['object', 'null'] } })),
        },
        204: { description: 'Done, with `Prefer: return=minimal`' },
        ...problems(400, 401, 403, 404, 409, 412, 413, 415, 422, 503),
      },
    },
  },
})
