import type { MailKind } from '../account-mail.js'
import type { MailTemplate } from '../mail-template.js'
import { english } from './english.js'
import { german } from './german.js'
import { type Words, writeTemplate } from './write-template.js'

const languages: Readonly<Record<string, Readonly<Record<MailKind, Words>>>> = { en: english, de: german }

/** Languages that mails come in without anybody writing them. */
export const builtInLanguages: readonly string[] = Object.keys(languages)

/** The built-in mail of a kind; undefined in languages there is none in. */
export function findBuiltIn(kind: MailKind, language: string): MailTemplate | undefined {
  const words = Object.hasOwn(languages, language) ? languages[language] : undefined
  return words && writeTemplate(words[kind])
}
