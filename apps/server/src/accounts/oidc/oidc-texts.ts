import type { OidcScope } from '@holdfast/contract'
import type { Language } from '../hosted/texts.js'

type Meanings = Readonly<Record<OidcScope, string>>

const english = {
  consentTitle: (app: string) => `Sign in to ${app}?`,
  asks: (app: string, host: string) => `${app} (${host}) would like to know:`,
  meanings: {
    openid: 'Who you are, by an id',
    profile: 'Your name',
    email: 'Your e-mail address',
    roles: 'Your roles here',
    teams: 'The teams you are in',
    offline_access: 'And to keep you signed in while you are away',
  } as Meanings,
  noPassword: 'It does not learn your password, and can change nothing here.',
  allow: 'Allow',
  refuse: 'Refuse',
  logoutTitle: 'Sign out?',
  logoutText: 'You would be signed out here, and of the apps that you signed in to from here.',
  stay: 'Stay signed in',
  loggedOut: 'You are signed out',
  mayClose: 'You can close this page.',
  cameFrom: (app: string) => `You came from ${app}. You can close this page.`,
  errorText:
    'The app that sent you here asked for something that cannot be answered. Go back to it and try again. If it happens again, show those who run the app this:',
  expiredTitle: 'This sign-in is over',
  expiredText: 'It took too long, or was begun in another browser. Go back to the app and sign in again.',
  toAccount: 'To your account here',
}

export type OidcTexts = typeof english

const german: OidcTexts = {
  consentTitle: (app) => `Bei ${app} anmelden?`,
  asks: (app, host) => `${app} (${host}) möchte wissen:`,
  meanings: {
    openid: 'Wer Sie sind, als Kennung',
    profile: 'Ihren Namen',
    email: 'Ihre E-Mail-Adresse',
    roles: 'Ihre Rollen hier',
    teams: 'Ihre Teams',
    offline_access: 'Und Sie angemeldet lassen, während Sie weg sind',
  },
  noPassword: 'Ihr Passwort erfährt die App nicht, und sie kann hier nichts ändern.',
  allow: 'Erlauben',
  refuse: 'Ablehnen',
  logoutTitle: 'Abmelden?',
  logoutText: 'Sie würden hier abgemeldet und bei den Apps, bei denen Sie sich von hier aus angemeldet haben.',
  stay: 'Angemeldet bleiben',
  loggedOut: 'Sie sind abgemeldet',
  mayClose: 'Sie können diese Seite schließen.',
  cameFrom: (app) => `Sie kamen von ${app}. Sie können diese Seite schließen.`,
  errorText:
    'Die App hat um etwas gebeten, das sich nicht beantworten lässt. Gehen Sie zu ihr zurück und versuchen Sie es noch einmal. Wenn es wieder geschieht, zeigen Sie denen, die die App betreiben, dies:',
  expiredTitle: 'Diese Anmeldung ist vorbei',
  expiredText:
    'Sie hat zu lange gedauert oder wurde in einem anderen Browser begonnen. Gehen Sie zur App zurück und melden Sie sich noch einmal an.',
  toAccount: 'Zu Ihrem Konto hier',
}

export const oidcTexts: Readonly<Record<Language, OidcTexts>> = { en: english, de: german }
