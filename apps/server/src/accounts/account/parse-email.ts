import { domainToASCII } from 'node:url'

const maxLength = 254
const printableAscii = /^[\x21-\x7e]+$/

/**
 * The one form of an e-mail address under which its account is known: NFKC, lower case, an international domain in
 * its ASCII form. Undefined for a text no account can have; the field type of `users.email` is stricter still.
 */
export function parseEmail(text: string): string | undefined {
  if (text.length > maxLength) return undefined
  const plain = text.normalize('NFKC').trim().toLowerCase()
  const at = plain.lastIndexOf('@')
  const email = `${plain.slice(0, at)}@${domainToASCII(plain.slice(at + 1))}`
  return at > 0 && !email.endsWith('@') && email.length <= maxLength && printableAscii.test(email) ? email : undefined
}
