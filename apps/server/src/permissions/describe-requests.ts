import { actions } from '@holdfast/contract'
import type { ApiBodyOptions } from '@nestjs/swagger'

type Schema = Extract<ApiBodyOptions, { schema: unknown }>['schema']

/** JSON Schemas of what admins ask, for the OpenAPI document. The server checks bodies itself, with better words. */
const name: Schema = { type: 'string' }
const id: Schema = { type: 'string', format: 'uuid' }
const anyObject: Schema = { type: 'object', additionalProperties: true }

export const explainRequest: Schema = {
  type: 'object',
  required: ['as', 'action', 'collection'],
  properties: {
    as: {
      type: 'object',
      description: 'Who: one of the first three.',
      properties: {
        user: id,
        role: { type: 'string', description: '`public`, `user` or a named role.' },
        apiKey: id,
        team: { ...id, description: 'With `user`: the team they have switched to.' },
      },
      minProperties: 1,
      maxProperties: 2,
    },
    action: { type: 'string', enum: [...actions] },
    collection: name,
    id: { ...id, description: 'An existing record.' },
    data: { ...anyObject, description: 'A record to create, or the changes of an update.' },
  },
  additionalProperties: false,
}

export const ruleTestRequest: Schema = {
  type: 'object',
  properties: {
    collection: { ...name, description: 'Only those of this collection.' },
    collections: {
      type: 'array',
      items: anyObject,
      description: 'Definitions to try in place of those the server has.',
    },
  },
  additionalProperties: false,
}

export const previewRequest: Schema = {
  type: 'object',
  required: ['collection', 'rules'],
  properties: {
    collection: name,
    rules: { type: 'array', items: anyObject, description: 'All rules of the collection as they would be.' },
  },
  additionalProperties: false,
}
