import type { AccountMail } from './account-mail.js'
import type { TemplateData } from './mail-template.js'

/** The app that mails speak of. */
export interface AppLook {
  readonly app: string
  readonly url: string
  readonly color: string
}

const maxPhraseLength = 100

/** What the templates of a mail are given. */
export const toTemplateData = ({ to, data }: AccountMail, look: AppLook, language: string): TemplateData => ({
  ...look,
  email: to,
  link: data.link ?? '',
  code: data.code ?? '',
  lasts: data.minutes === undefined ? '' : toDuration(data.minutes, language),
  subject: toPhrase(data.subject ?? ''),
})

/** `30 minutes`, `24 hours`, `7 Tage`. */
function toDuration(minutes: number, language: string): string {
  const [unit, length] = (
    [
      ['day', 1440],
      ['hour', 60],
      ['minute', 1],
    ] as const
  ).find(([, length]) => minutes % length === 0 && (minutes > length || length === 1)) ?? ['minute', 1]
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(minutes / length)
}

/**
 * Names that people chose become part of mails that we send for them to others: one line, not long, and with no address
 * that a mail program would make a link of.
 */
const toPhrase = (text: string): string =>
  [
    ...text
      .replace(/[\s\p{Cc}]+/gu, ' ')
      .replace(/\p{Bidi_Control}/gu, '')
      .replace(/:\/\/|\bwww\./giu, ' ')
      .trim(),
  ]
    .slice(0, maxPhraseLength)
    .join('')
