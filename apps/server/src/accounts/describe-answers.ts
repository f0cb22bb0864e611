import { limits } from '@holdfast/contract'
import { applyDecorators, type Type } from '@nestjs/common'
import { ApiExtraModels, ApiQuery, ApiResponse, getSchemaPath } from '@nestjs/swagger'

const enveloped = (status: number, properties: Record<string, object>) =>
  ApiResponse({ status, description: '', schema: { type: 'object', required: Object.keys(properties), properties } })

/** Describes a handler that answers `{"data":{…}}`. */
export const AnswersOne = (model: Type, status: 200 | 201 = 200) =>
  applyDecorators(ApiExtraModels(model), enveloped(status, { data: { $ref: getSchemaPath(model) } }))

/** Describes a handler that answers `{"data":[…]}`: all there are. */
export const AnswersAll = (model: Type) =>
  applyDecorators(
    ApiExtraModels(model),
    enveloped(200, { data: { type: 'array', items: { $ref: getSchemaPath(model) } } }),
  )

/** Describes a handler that takes `limit` and `cursor` and answers a page. */
export const AnswersPage = (model: Type) =>
  applyDecorators(
    ApiExtraModels(model),
    ApiQuery({
      name: 'limit',
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: limits.maxLimit, default: limits.defaultLimit },
    }),
    ApiQuery({
      name: 'cursor',
      required: false,
      description: '`nextCursor` of the page before',
      schema: { type: 'string' },
    }),
    enveloped(200, {
      data: { type: 'array', items: { $ref: getSchemaPath(model) } },
      meta: { $ref: '#/components/schemas/PageMeta' },
    }),
  )
