import { AppError } from '../../lib/index.js'

const minLength = 8
const maxLength = 256
/** Looked at before the text is normalised or hashed, both of which cost by length. */
const maxUnits = 4 * maxLength

/** The same password typed on another keyboard may arrive in other code points (RFC 8265): NFKC makes them one. */
export const normalizePassword = (text: string): string => text.normalize('NFKC')

/** A new password, as it is hashed. @throws validation_failed, naming `path` */
export function parseNewPassword(text: string, path: string): string {
  if (text.length > maxUnits) throw invalid(path, 'too_long', `${path} must be at most ${maxLength} characters long`)
  if (!text.isWellFormed()) throw invalid(path, 'invalid_text', `${path} has half a surrogate pair`)
  const password = normalizePassword(text)
  const length = [...password].length
  if (length < minLength) throw invalid(path, 'too_short', `${path} must be at least ${minLength} characters long`)
  if (length > maxLength) throw invalid(path, 'too_long', `${path} must be at most ${maxLength} characters long`)
  return password
}

const invalid = (path: string, code: string, message: string): AppError =>
  new AppError('validation_failed', message, { errors: [{ path, code, message }] })
