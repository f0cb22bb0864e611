import type { ErrorItem } from '@holdfast/contract'
import { AppError, invalidAt, isEmailAddress } from '../../lib/index.js'
import { parseEmail } from '../account/parse-email.js'
import { parseNewPassword } from '../passwords/parse-password.js'

export interface SignUp {
  readonly email: string
  readonly password: string
  /** The other fields of the new user, to be checked by their types. */
  readonly profile: Readonly<Record<string, unknown>>
}

/**
 * The body of a sign-up. Beside e-mail and password it may hold what a user may change of the own record, and nothing
 * else: no id, no role, no field an admin has not opened.
 * @throws invalid_body, unknown_field, validation_failed
 */
export function parseSignUp(body: unknown, profileFields: ReadonlySet<string>): SignUp {
  const { email, password, ...rest } = parseObject(body)
  const profile = parseProfile(rest, profileFields)
  const errors = [...checkText('email', email), ...checkText('password', password)]
  if (errors.length > 0) throw new AppError('validation_failed', 'The sign-up is not complete', { errors })
  return { email: parseNewEmail(email as string), password: parseNewPassword(password as string, 'password'), profile }
}

/** Fields of the own record that somebody gives who gets an account. @throws invalid_body, unknown_field */
export function parseProfile(body: unknown, profileFields: ReadonlySet<string>): SignUp['profile'] {
  const profile = parseObject(body)
  const unknown = Object.keys(profile).find((name) => !profileFields.has(name))
  if (unknown !== undefined) throw invalidAt('unknown_field', unknown, `"${unknown}" is no field of a sign-up`)
  return profile
}

function parseObject(body: unknown): Record<string, unknown> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>
  throw new AppError('invalid_body', 'The body must be a JSON object')
}

/** The e-mail of a new account. @throws validation_failed */
export function parseNewEmail(text: string): string {
  const email = parseEmail(text)
  if (email !== undefined && isEmailAddress(email)) return email
  const message = 'email must be one e-mail address'
  throw new AppError('validation_failed', message, { errors: [{ path: 'email', code: 'invalid_email', message }] })
}

function checkText(path: string, value: unknown): ErrorItem[] {
  if (typeof value === 'string') return []
  if (value === undefined) return [{ path, code: 'required', message: `${path} is required` }]
  return [{ path, code: 'wrong_type', message: `${path} must be a text` }]
}
