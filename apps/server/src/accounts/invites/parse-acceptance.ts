import { AppError, invalidAt } from '../../lib/index.js'
import { parseNewPassword } from '../passwords/parse-password.js'

/** What the body of an acceptance says. The address and the roles are the invitation's to say. */
export interface ParsedAcceptance {
  readonly token: string
  readonly password: string | undefined
  readonly profile: Readonly<Record<string, unknown>>
}

/** @throws invalid_body, unknown_field, invalid_value, validation_failed */
export function parseAcceptance(body: unknown, profileFields: ReadonlySet<string>): ParsedAcceptance {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new AppError('invalid_body', 'The body must be a JSON object')
  const { token, password, ...profile } = body as Record<string, unknown>
  const unknown = Object.keys(profile).find((name) => name === 'email' || !profileFields.has(name))
  if (unknown !== undefined) throw invalidAt('unknown_field', unknown, `"${unknown}" is no field of an acceptance`)
  if (typeof token !== 'string') throw invalidAt('invalid_value', 'token', 'token must be the one of the link')
  if (password !== undefined && typeof password !== 'string')
    throw invalidAt('invalid_value', 'password', 'password must be a text')
  return { token, password: password && parseNewPassword(password, 'password'), profile }
}
