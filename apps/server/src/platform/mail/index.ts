/** Sending mail; see `SMTP_URL` and `MAIL_FROM`, or the settings `mail`. */
export { MailError } from './mail-error.js'
export { defineMailSettings, routeOf } from './mail-section.js'
export { Mailer } from './mailer.js'
export type { Mail } from './parse-mail.js'
export type { LocateServer } from './smtp-transport.js'
