import { isEmailAddress } from '../../lib/index.js'
import { MailError } from './mail-error.js'

/** One mail to one person. */
export interface Mail {
  /** One plain address: no name, no list. */
  readonly to: string
  readonly subject: string
  readonly text: string
  /** The same for readers of HTML. Whoever writes it escapes what it holds. */
  readonly html?: string
}

const maxSubjectLength = 200

/**
 * A mail whose parts cannot become other headers or other recipients. Types say what callers may pass; a mail that comes
 * out of a queue is checked again.
 * @throws MailError that is permanent
 */
export function parseMail({ to, subject, text, html }: Mail): Mail {
  if (typeof to !== 'string' || !isEmailAddress(to.toLowerCase()))
    throw refused('its recipient is not one plain address')
  if (typeof subject !== 'string' || typeof text !== 'string') throw refused('its subject or text is no text')
  if (html !== undefined && typeof html !== 'string') throw refused('its HTML is no text')
  return { to, subject: toLine(subject), text, html }
}

const refused = (fault: string) => new MailError(`The mail was not sent: ${fault}`, true)

/** Subjects quote what people typed: no line breaks, and nothing that turns the direction of the rest around. */
const toLine = (text: string): string =>
  [
    ...text
      .replace(/[\s\p{Cc}]+/gu, ' ')
      .replace(/\p{Bidi_Control}/gu, '')
      .trim(),
  ]
    .slice(0, maxSubjectLength)
    .join('')
