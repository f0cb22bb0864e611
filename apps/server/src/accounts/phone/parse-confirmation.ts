import { AppError } from '../../lib/index.js'

interface Confirmation {
  readonly phone: string
  readonly code: string
  /** Fields for a new account. */
  readonly rest: Readonly<Record<string, unknown>>
}

/** @throws invalid_body, validation_failed */
export function parseConfirmation(body: unknown): Confirmation {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new AppError('invalid_body', 'The body must be a JSON object')
  const { phone, code, ...rest } = body as Record<string, unknown>
  const wrong = Object.entries({ phone, code }).filter(([, value]) => typeof value !== 'string' || value.length > 100)
  if (wrong.length === 0) return { phone: phone as string, code: code as string, rest }
  const errors = wrong.map(([path, value]) => ({
    path,
    code: value === undefined ? 'required' : 'wrong_type',
    message: value === undefined ? `${path} is required` : `${path} must be a text`,
  }))
  throw new AppError('validation_failed', errors[0]!.message, { errors })
}
