import type { MailKind } from '../account-mail.js'
import type { Words } from './write-template.js'

const lasts = 'The link works once{% if lasts != "" %} and is good for {{ lasts }}{% endif %}.'
const ignore = 'If you did not ask for this, you can ignore this mail: nothing will change.'

export const english: Readonly<Record<MailKind, Words>> = {
  verify: {
    subject: 'Confirm your e-mail address for {{ app }}',
    lead: 'Welcome to {{ app }}. Please confirm that this is your e-mail address:',
    button: 'Confirm e-mail address',
    after: [lasts, 'If you have no account at {{ app }}, somebody has mistyped an address. You can ignore this mail.'],
  },
  code: {
    subject: 'Your code for {{ app }}: {{ code }}',
    lead: 'Your code to sign in to {{ app }} is:',
    hasCode: true,
    after: [
      'It is good for {{ lasts }}. Type it only where you asked for it, and tell it to nobody, whoever asks.',
      ignore,
    ],
  },
  link: {
    subject: 'Sign in to {{ app }}',
    lead: 'Follow this link to sign in to {{ app }}:',
    button: 'Sign in',
    after: [
      lasts,
      'If you did not ask for this, you can ignore this mail. Do not pass the link on: it signs in as you.',
    ],
  },
  reset: {
    subject: 'Set a new password for {{ app }}',
    lead: 'Somebody asked for a new password for your account at {{ app }}. Follow this link to choose one:',
    button: 'Set a new password',
    after: [
      lasts,
      'You will be signed out everywhere.',
      'If you did not ask for this, you can ignore this mail: your password stays as it is.',
    ],
  },
  emailChange: {
    subject: 'Confirm the change of your e-mail address for {{ app }}',
    lead: 'Your account at {{ app }} is to have another e-mail address: {{ subject }}. Please confirm the change:',
    button: 'Confirm the change',
    after: [lasts, 'If you did not ask for this, do not follow the link: nothing changes without it.'],
  },
  emailChangeNotice: {
    subject: 'Your e-mail address for {{ app }} has changed',
    lead: 'Your account at {{ app }} has another e-mail address now: {{ subject }}. Mails no longer come here, and this address no longer signs in.',
    after: ['If this was not you, tell the people of {{ app }} at once: {{ url }}'],
  },
  knownSignUp: {
    subject: 'You already have an account at {{ app }}',
    lead: 'Somebody, perhaps you, tried to sign up at {{ app }} with this e-mail address. It has an account already, so sign in instead. If you do not know the password any more, ask for a new one there.',
    after: ['If this was not you, you can ignore this mail: nothing has changed.'],
  },
  invite: {
    subject: 'You are invited to {{ app }}',
    lead: 'You are invited to {{ app }}{% if subject != "" %}: {{ subject }}{% endif %}. Follow this link to accept:',
    button: 'Accept the invitation',
    after: [lasts, 'If you did not expect it, you can ignore this mail.'],
  },
  teamInvite: {
    subject: 'You are invited to {{ subject }} at {{ app }}',
    lead: 'You are invited to join {{ subject }} at {{ app }}. Follow this link to accept:',
    button: 'Join',
    after: [lasts, 'If you did not expect it, you can ignore this mail.'],
  },
  passwordChanged: {
    subject: 'Your password for {{ app }} was changed',
    lead: 'The password of your account at {{ app }} was changed. Everywhere else you have been signed out.',
    after: ['If this was you, there is nothing to do. If it was not, ask for a new password at once: {{ url }}'],
  },
  securityNotice: {
    subject: 'A change of your account at {{ app }}',
    lead: 'This has changed in your account at {{ app }}: {{ subject }}.',
    after: ['If this was you, there is nothing to do. If it was not, set a new password at once: {{ url }}'],
  },
}
