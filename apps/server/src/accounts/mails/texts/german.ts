import type { MailKind } from '../account-mail.js'
import type { Words } from './write-template.js'

const lasts = 'Der Link gilt nur einmal{% if lasts != "" %}, und zwar {{ lasts }} lang{% endif %}.'
const ignore = 'Falls das nicht von Ihnen kam, können Sie diese E-Mail ignorieren: Es ändert sich nichts.'

export const german: Readonly<Record<MailKind, Words>> = {
  verify: {
    subject: 'Bestätigen Sie Ihre E-Mail-Adresse für {{ app }}',
    lead: 'Willkommen bei {{ app }}. Bitte bestätigen Sie, dass dies Ihre E-Mail-Adresse ist:',
    button: 'E-Mail-Adresse bestätigen',
    after: [
      lasts,
      'Falls Sie kein Konto bei {{ app }} haben, hat sich jemand vertippt. Sie können diese E-Mail ignorieren.',
    ],
  },
  code: {
    subject: 'Ihr Code für {{ app }}: {{ code }}',
    lead: 'Ihr Code für die Anmeldung bei {{ app }}:',
    hasCode: true,
    after: [
      'Er gilt {{ lasts }} lang. Geben Sie ihn nur dort ein, wo Sie ihn angefordert haben, und nennen Sie ihn niemandem, wer auch fragt.',
      ignore,
    ],
  },
  link: {
    subject: 'Anmelden bei {{ app }}',
    lead: 'Mit diesem Link melden Sie sich bei {{ app }} an:',
    button: 'Anmelden',
    after: [
      lasts,
      'Falls das nicht von Ihnen kam, können Sie diese E-Mail ignorieren. Geben Sie den Link nicht weiter: Er meldet in Ihrem Namen an.',
    ],
  },
  reset: {
    subject: 'Neues Passwort für {{ app }}',
    lead: 'Für Ihr Konto bei {{ app }} wurde ein neues Passwort angefordert. Mit diesem Link wählen Sie eines:',
    button: 'Neues Passwort wählen',
    after: [
      lasts,
      'Sie werden dabei überall abgemeldet.',
      'Falls das nicht von Ihnen kam, können Sie diese E-Mail ignorieren: Ihr Passwort bleibt, wie es ist.',
    ],
  },
  emailChange: {
    subject: 'Bestätigen Sie die neue E-Mail-Adresse für {{ app }}',
    lead: 'Ihr Konto bei {{ app }} soll eine andere E-Mail-Adresse bekommen: {{ subject }}. Bitte bestätigen Sie das:',
    button: 'Änderung bestätigen',
    after: [lasts, 'Falls das nicht von Ihnen kam, folgen Sie dem Link nicht: Ohne ihn ändert sich nichts.'],
  },
  emailChangeNotice: {
    subject: 'Ihre E-Mail-Adresse für {{ app }} wurde geändert',
    lead: 'Ihr Konto bei {{ app }} hat jetzt eine andere E-Mail-Adresse: {{ subject }}. Hierher kommt keine Post mehr, und mit dieser Adresse kann man sich nicht mehr anmelden.',
    after: ['Falls Sie das nicht waren, wenden Sie sich sofort an {{ app }}: {{ url }}'],
  },
  knownSignUp: {
    subject: 'Sie haben schon ein Konto bei {{ app }}',
    lead: 'Jemand, vielleicht Sie selbst, wollte sich bei {{ app }} mit dieser E-Mail-Adresse registrieren. Sie hat schon ein Konto: Melden Sie sich einfach an. Wenn Sie das Passwort nicht mehr wissen, fordern Sie dort ein neues an.',
    after: ['Falls Sie das nicht waren, können Sie diese E-Mail ignorieren: Es hat sich nichts geändert.'],
  },
  invite: {
    subject: 'Einladung zu {{ app }}',
    lead: 'Sie sind zu {{ app }} eingeladen{% if subject != "" %}: {{ subject }}{% endif %}. Mit diesem Link nehmen Sie an:',
    button: 'Einladung annehmen',
    after: [lasts, 'Falls Sie das nicht erwartet haben, können Sie diese E-Mail ignorieren.'],
  },
  teamInvite: {
    subject: 'Einladung zu {{ subject }} bei {{ app }}',
    lead: 'Sie sind eingeladen, bei {{ app }} Mitglied von {{ subject }} zu werden. Mit diesem Link nehmen Sie an:',
    button: 'Beitreten',
    after: [lasts, 'Falls Sie das nicht erwartet haben, können Sie diese E-Mail ignorieren.'],
  },
  passwordChanged: {
    subject: 'Ihr Passwort für {{ app }} wurde geändert',
    lead: 'Das Passwort Ihres Kontos bei {{ app }} wurde geändert. Überall sonst wurden Sie abgemeldet.',
    after: ['Falls Sie das waren, ist nichts zu tun. Falls nicht, fordern Sie sofort ein neues Passwort an: {{ url }}'],
  },
  securityNotice: {
    subject: 'Änderung an Ihrem Konto bei {{ app }}',
    lead: 'An Ihrem Konto bei {{ app }} hat sich etwas geändert: {{ subject }}.',
    after: ['Falls Sie das waren, ist nichts zu tun. Falls nicht, wählen Sie sofort ein neues Passwort: {{ url }}'],
  },
}
