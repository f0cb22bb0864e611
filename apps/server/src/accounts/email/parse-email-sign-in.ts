import type { ErrorItem } from '@holdfast/contract'
import { AppError } from '../../lib/index.js'
import { parseNewEmail, parseProfile, type SignUp } from '../sign-in/parse-sign-up.js'

type Profile = SignUp['profile']

const maxTokenLength = 4096
/** People copy a code with what stands around it. */
const codePattern = /^\d{6}$/

/** @throws invalid_body, unknown_field, validation_failed */
export function parseCodeSignIn(
  body: unknown,
  fields: ReadonlySet<string>,
): { email: string; code: string; profile: Profile } {
  const [{ email, code }, rest] = takeTexts(body, ['email', 'code'])
  const profile = parseProfile(rest, fields)
  const digits = code!.replace(/[\s-]/g, '')
  if (!codePattern.test(digits)) throw invalid('code', 'invalid', 'code must be six digits')
  return { email: parseNewEmail(email!), code: digits, profile }
}

/** @throws invalid_body, unknown_field, validation_failed */
export function parseLinkSignIn(body: unknown, fields: ReadonlySet<string>): { token: string; profile: Profile } {
  const [{ token }, rest] = takeTexts(body, ['token'])
  return { token: token!, profile: parseProfile(rest, fields) }
}

/** The named members, which are texts, and the others. */
function takeTexts(body: unknown, names: readonly string[]): [Record<string, string>, Record<string, unknown>] {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new AppError('invalid_body', 'The body must be a JSON object')
  const members = Object.entries(body)
  const errors = names.flatMap((name) => checkText(name, (body as Record<string, unknown>)[name]))
  if (errors.length > 0) throw new AppError('validation_failed', errors[0]!.message, { errors })
  return [
    Object.fromEntries(members.filter(([name]) => names.includes(name))) as Record<string, string>,
    Object.fromEntries(members.filter(([name]) => !names.includes(name))),
  ]
}

function checkText(path: string, value: unknown): ErrorItem[] {
  if (value === undefined) return [{ path, code: 'required', message: `${path} is required` }]
  if (typeof value !== 'string') return [{ path, code: 'wrong_type', message: `${path} must be a text` }]
  return value.length <= maxTokenLength ? [] : [{ path, code: 'too_long', message: `${path} is too long` }]
}

const invalid = (path: string, code: string, message: string): AppError =>
  new AppError('validation_failed', message, { errors: [{ path, code, message }] })
