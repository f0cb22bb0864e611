/** One text of `GET /admin/mail-templates`. */
export interface MailTemplateInfo {
  /** `verify`, `code`, `link`, `reset`, `emailChange`, `emailChangeNotice`, `knownSignUp`, `invite`, `teamInvite`, `passwordChanged`, `securityNotice` */
  kind: string
  /** BCP 47: `de`, `pt-BR`. */
  language: string
  /** Whether an admin wrote it; otherwise it is built in. */
  custom: boolean
  /** ISO 8601; null for what is built in. */
  changedAt: string | null
}

/** Body of `PUT /admin/mail-templates/{kind}/{language}`. All parts are Liquid. */
export interface MailTemplateInput {
  subject: string
  /** The mail as plain text. */
  text: string
  /** The same as HTML, in which what is put in is escaped. Left out, the mail has the text only. */
  html?: string
}

/** Body of `POST /admin/mail-templates/preview`. */
export interface MailPreviewInput extends MailTemplateInput {
  kind: string
  /** Default `en`. */
  language?: string
}

/** One text with its sources. */
export interface MailTemplateDetails extends MailTemplateInfo {
  subject: string
  text: string
  html: string | null
}

/** A text with sample data, as it is read. */
export interface RenderedMailTemplate {
  subject: string
  text: string
  html: string | null
}
