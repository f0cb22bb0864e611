import { MailTemplatesController } from './mails/mail-templates.controller.js'
import { MailTemplates } from './mails/mail-templates.js'

/** What people do by mail, and what mails say. */
export const byMail = {
  controllers: [MailTemplatesController],
  providers: [MailTemplates],
}
