import { ApiOkResponse } from '@nestjs/swagger'

interface Described {
  readonly [keyword: string]: unknown
}

/** Short words for the JSON Schemas of answers. */
export const text: Described = { type: 'string' }
export const time: Described = { type: 'string', format: 'date-time' }
export const whole: Described = { type: 'integer' }
export const number: Described = { type: 'number' }
export const flag: Described = { type: 'boolean' }
export const orNull = ({ type, ...rest }: Described): Described => ({ ...rest, type: [type, 'null'] })
export const listOf = (items: Described): Described => ({ type: 'array', items })
export const mapOf = (values: Described): Described => ({ type: 'object', additionalProperties: values })
export const shape = (
  properties: Readonly<Record<string, Described>>,
  optional: readonly string[] = [],
): Described => ({
  type: 'object',
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  properties,
})

/** A handler that answers `{"data": …}`. */
export const Answers = (data: Described) => ApiOkResponse({ description: '', schema: shape({ data }) })

/** A handler that answers a page. */
export const AnswersPageOf = (item: Described) =>
  ApiOkResponse({
    description: '',
    schema: shape({ data: listOf(item), meta: { $ref: '#/components/schemas/PageMeta' } }),
  })
