import { AppError } from '../../lib/index.js'

const maxLength = 40

/**
 * A phone number in E.164, however it was written, with its country code. The metadata of all countries is loaded once
 * somebody asks.
 * @throws validation_failed
 */
export async function parsePhone(text: string, path = 'phone'): Promise<string> {
  const { parsePhoneNumberFromString } = await import('libphonenumber-js/min')
  const number = text.length <= maxLength ? parsePhoneNumberFromString(text.normalize('NFKC').trim()) : undefined
  // An extension is reached by people, not by messages.
  if (number?.isPossible() && number.ext === undefined) return number.number
  const message = `${path} must be a phone number with its country code`
  const errors = [{ path, code: 'invalid_phone', message }]
  throw new AppError('validation_failed', message, { errors, hint: 'For example +49 1512 3456789' })
}
