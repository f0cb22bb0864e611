import type {
  MailPreviewInput,
  MailTemplateDetails,
  MailTemplateInfo,
  MailTemplateInput,
  RenderedMailTemplate,
} from '@holdfast/contract'
import { dataOf } from '../answer.js'
import { type CallOptions, type Send, segment } from '../transport.js'

const root = '/admin/mail-templates'
const path = (kind: string, language: string): string => `${root}/${segment(kind)}/${segment(language)}`

/** The texts of mails, by kind and language. `client.admin.mailTemplates`. */
export class AdminMailTemplates {
  readonly #send: Send

  /** @internal */
  constructor(send: Send) {
    this.#send = send
  }

  /**
   * Which there are: built in, and written by admins.
   *
   * @example
   * const own = (await client.admin.mailTemplates.list()).filter(({ custom }) => custom)
   */
  async list(options: CallOptions = {}): Promise<MailTemplateInfo[]> {
    return dataOf(await this.#send('GET', root, options))
  }

  /**
   * One text: as an admin wrote it, or as it comes.
   *
   * @example
   * const { subject, text, html } = await client.admin.mailTemplates.get('reset', 'en')
   */
  async get(kind: string, language: string, options: CallOptions = {}): Promise<MailTemplateDetails> {
    return dataOf(await this.#send('GET', path(kind, language), options))
  }

  /**
   * A draft with sample data, as it would be read.
   * @throws HoldfastError `validation_failed` with the line and column of what is wrong
   *
   * @example
   * const { subject } = await client.admin.mailTemplates.preview({ kind: 'reset', subject: 'Hello', text: '{{ link }}' })
   */
  async preview(draft: MailPreviewInput, { signal }: CallOptions = {}): Promise<RenderedMailTemplate> {
    return dataOf(await this.#send('POST', `${root}/preview`, { body: draft, signal }))
  }

  /**
   * Writes a text in the place of the built-in one, or in another language.
   *
   * @example
   * await client.admin.mailTemplates.put('reset', 'fr', { subject: 'Mot de passe', text: '{{ link }}' })
   */
  async put(
    kind: string,
    language: string,
    template: MailTemplateInput,
    { signal }: CallOptions = {},
  ): Promise<MailTemplateDetails> {
    return dataOf(await this.#send('PUT', path(kind, language), { body: template, signal }))
  }

  /**
   * Drops a text; the built-in one is sent again where there is one.
   *
   * @example
   * await client.admin.mailTemplates.delete('reset', 'fr')
   */
  async delete(kind: string, language: string, options: CallOptions = {}): Promise<void> {
    await this.#send('DELETE', path(kind, language), options)
  }

  /**
   * Sends the mail with sample data, and waits until the mail server has it.
   * @throws HoldfastError `unavailable` with what the mail server said
   *
   * @example
   * await client.admin.mailTemplates.test('reset', 'en', 'ada@example.com')
   */
  async test(kind: string, language: string, to: string, { signal }: CallOptions = {}): Promise<void> {
    await this.#send('POST', `${path(kind, language)}/test`, { body: { to }, signal })
  }
}
