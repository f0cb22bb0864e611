/** Sending mail; see `SMTP_URL` and `MAIL_FROM`. */
export { MailError } from './mail-error.js'
export { Mailer } from './mailer.js'
export type { Mail } from './parse-mail.js'
