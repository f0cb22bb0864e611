import type { Type } from '@nestjs/common'
import { getSchemaPath } from '@nestjs/swagger'

const start = '{"data":{'

/** An answer of its own and that of a sign-in, where it is one, in one object. JSON text, as the user's record in it is. */
export function withSignIn(data: object, signIn: string | undefined): string {
  const text = JSON.stringify({ data })
  return signIn?.startsWith(start) ? `${text.slice(0, -2)},${signIn.slice(start.length)}` : text
}

/** Describes such an answer. */
export function orTokens(model: Type): object {
  const tokens = {
    type: 'object',
    properties: {
      accessToken: { type: 'string' },
      refreshToken: { type: 'string' },
      expiresIn: { type: 'integer' },
      user: { type: 'object', additionalProperties: true },
    },
  }
  const data = { allOf: [{ $ref: getSchemaPath(model) }, tokens] }
  return { type: 'object', required: ['data'], properties: { data } }
}
