import { type ErrorCode, errorStatus } from '@holdfast/contract'
import { type JsonSchema, refTo } from './document.js'

const codes = Object.keys(errorStatus) as ErrorCode[]
const statuses = [...new Set(Object.values(errorStatus))].sort()

/** Shared answers `Problem400`, `Problem401`, …: one per status, naming the codes that come with it. */
export const problemResponses = (): { [name: string]: JsonSchema } =>
  Object.fromEntries([
    ['Problem', problemResponse('Any other error', codes)],
    ...statuses.map((status) => {
      const own = codes.filter((code) => errorStatus[code] === status)
      return [`Problem${status}`, problemResponse(own.map((code) => `\`${code}\``).join(', '), own, status)]
    }),
  ])

const problemResponse = (description: string, own: readonly ErrorCode[], status?: number): JsonSchema => ({
  description,
  headers: status === 429 || status === 503 ? { 'Retry-After': { schema: { type: 'integer' } } } : undefined,
  content: { 'application/problem+json': { schema: refTo('schemas', 'Problem'), example: exampleOf(own[0]!) } },
})

/** `unique_violation` → `Unique violation`. */
const titleOf = (code: ErrorCode): string => `${code.charAt(0).toUpperCase()}${code.slice(1).replaceAll('_', ' ')}`

const exampleOf = (code: ErrorCode) => ({
  type: `urn:holdfast:error:${code}`,
  title: titleOf(code),
  status: errorStatus[code],
  code,
  detail: titleOf(code),
  requestId: '9f8a51c2d3e4-1k',
})

/** Answers of an operation that may fail with these statuses. */
export const problems = (...list: readonly (typeof statuses)[number][]): { [status: string]: JsonSchema } =>
  Object.fromEntries(list.map((status) => [String(status), refTo('responses', `Problem${status}`)]))

/** RFC 9457, with a code to branch on. */
export const problemSchemas: { readonly [name: string]: JsonSchema } = {
  Problem: {
    type: 'object',
    description: 'What went wrong (RFC 9457). Branch on `code`.',
    required: ['type', 'title', 'status', 'code', 'detail', 'requestId'],
    properties: {
      type: { type: 'string', format: 'uri', description: '`urn:holdfast:error:<code>`' },
      title: { type: 'string' },
      status: { type: 'integer' },
      code: { type: 'string', enum: codes },
      detail: { type: 'string', description: 'What went wrong, in one sentence.' },
      hint: { type: 'string', description: 'What to do next, where that is known.' },
      requestId: {
        type: 'string',
        description: 'The same as in the `x-request-id` header and in the log of the server.',
      },
      errors: { type: 'array', items: refTo('schemas', 'ErrorItem') },
    },
  },
  ErrorItem: {
    type: 'object',
    description: 'One thing that is wrong with the input.',
    required: ['path', 'code', 'message'],
    properties: {
      path: { type: 'string', description: 'Dotted, list items by index.', examples: ['tags.2', 'filter.views.$gte'] },
      code: { type: 'string' },
      message: { type: 'string' },
    },
  },
}
