import { type MailData, type MailKind, neededBy } from './account-mail.js'

/** What a preview of a mail speaks of. */
export const sampleData = (kind: MailKind, link: string): MailData => ({
  ...(neededBy[kind] === 'code' ? { code: '123456' } : { link }),
  minutes: 30,
  subject: subjects[kind] ?? '',
})

const subjects: Partial<Record<MailKind, string>> = {
  emailChange: 'grace@example.com',
  emailChangeNotice: 'grace@example.com',
  teamInvite: 'Rockets & Co',
  securityNotice: 'a passkey was added',
}
