/** What mails are about. */
export const mailKinds = [
  'verify',
  'code',
  'link',
  'reset',
  'emailChange',
  'emailChangeNotice',
  'knownSignUp',
  'invite',
  'teamInvite',
  'passwordChanged',
  'securityNotice',
] as const

export type MailKind = (typeof mailKinds)[number]

/** What the text may speak of. */
export interface MailData {
  /** Where the mail leads. */
  readonly link?: string
  /** Six digits. */
  readonly code?: string
  /** How long link and code are good for. A mail that could not be sent within that time is not sent at all. */
  readonly minutes?: number
  /** What happened or is asked for, in a few words: a factor that was added, a team that invites. */
  readonly subject?: string
}

/** A mail about an account. */
export interface AccountMail {
  readonly kind: MailKind
  /** The address as it is stored, never as somebody typed it. */
  readonly to: string
  readonly data: MailData
  /** BCP 47: what the request speaks. The language of the account at this address goes before it. */
  readonly locale?: string
}

/** What a mail of a kind is useless without. */
export const neededBy: Readonly<Record<MailKind, 'link' | 'code' | undefined>> = {
  verify: 'link',
  code: 'code',
  link: 'link',
  reset: 'link',
  emailChange: 'link',
  emailChangeNotice: undefined,
  knownSignUp: undefined,
  invite: 'link',
  teamInvite: 'link',
  passwordChanged: undefined,
  securityNotice: undefined,
}
