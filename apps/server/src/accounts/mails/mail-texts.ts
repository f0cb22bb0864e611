import type { Mail } from '../../platform/mail/index.js'

/** What mails are about. */
export type MailKind =
  | 'verify'
  | 'code'
  | 'link'
  | 'reset'
  | 'emailChange'
  | 'emailChangeNotice'
  | 'knownSignUp'
  | 'invite'
  | 'teamInvite'
  | 'securityNotice'

/** What the text may speak of. */
export interface MailData {
  /** Where the mail leads. */
  readonly link?: string
  /** Six digits. */
  readonly code?: string
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
  /** BCP 47. */
  readonly locale?: string
}

interface Text {
  readonly subject: string
  readonly body: string
}

const texts: Readonly<Record<MailKind, Text>> = {
  verify: { subject: 'Verify your e-mail address', body: 'Follow this link to verify your e-mail address:' },
  code: { subject: 'Your code', body: 'Your code is:' },
  link: { subject: 'Sign in', body: 'Follow this link to sign in:' },
  reset: { subject: 'Set a new password', body: 'Follow this link to set a new password:' },
  emailChange: {
    subject: 'Confirm the change of your e-mail address',
    body: 'Follow this link to confirm the change:',
  },
  emailChangeNotice: {
    subject: 'Your e-mail address has changed',
    body: 'Your account has another e-mail address now.',
  },
  knownSignUp: {
    subject: 'You have an account',
    body: 'Somebody tried to sign up with your address; you have an account.',
  },
  invite: { subject: 'You are invited', body: 'Follow this link to make your account:' },
  teamInvite: { subject: 'You are invited to a team', body: 'Follow this link to join:' },
  securityNotice: { subject: 'A change of your account', body: 'This has changed in your account:' },
}

export async function writeMail({ kind, to, data }: AccountMail, { app }: { app: string }): Promise<Mail> {
  const { subject, body } = texts[kind]
  const lines = [body, data.subject, data.code, data.link].filter((line) => line !== undefined)
  return { to, subject: `${subject} (${app})`, text: `${lines.join('\n\n')}\n` }
}
