/** The sources of one mail, in Liquid. */
export interface MailTemplate {
  readonly subject: string
  /** For readers of plain text. */
  readonly text: string
  /** For readers of HTML; what is put in is escaped. Left out, the mail has the text only. */
  readonly html?: string
}

/** What every template may name. What a mail has nothing of is empty. */
export interface TemplateData {
  /** The name of the app. */
  readonly app: string
  /** Where the server is. */
  readonly url: string
  /** Of buttons: `#2458d3`. */
  readonly color: string
  readonly email: string
  readonly link: string
  readonly code: string
  /** How long link and code are good for, in the words of the language: `30 minutes`. */
  readonly lasts: string
  /** What happened or is asked for, in a few words. */
  readonly subject: string
}
