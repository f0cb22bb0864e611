import type { MailTemplateInfo } from '@holdfast/contract'
import { Inject, Injectable } from '@nestjs/common'
import { AppError } from '../../lib/index.js'
import { CONFIG, type Config } from '../../platform/config/index.js'
import { Database } from '../../platform/db/index.js'
import { type Settings, SettingsStore } from '../../platform/settings/index.js'
import { type AccountMail, type MailKind, mailKinds, neededBy } from './account-mail.js'
import { languagesFor } from './languages.js'
import { type AppPages, mailPages, requirePageUrl, toAppPage } from './mail-pages.js'
import type { MailTemplate } from './mail-template.js'
import { type RenderedMail, renderTemplate } from './render-template.js'
import { sampleData } from './sample-data.js'
import { builtInLanguages, findBuiltIn } from './texts/index.js'
import { type AppLook, toTemplateData } from './to-template-data.js'

interface LookSettings {
  readonly appName: string
  readonly color: string
  readonly pages: AppPages
}

/** A template as it holds now. `changedAt` where admins wrote it. */
export interface StoredTemplate extends MailTemplate {
  readonly kind: MailKind
  readonly language: string
  readonly changedAt: string | null
}

/** The texts of mails: built-in ones, and in their place those that admins wrote, per kind and language. */
@Injectable()
export class MailTemplates {
  private readonly look: Settings<LookSettings>

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly db: Database,
    settings: SettingsStore,
  ) {
    this.look = settings.define<LookSettings>({
      name: 'auth.mails',
      description: 'How mails name and show the app, and where their links lead',
      defaults: { appName: '', color: '#2458d3', pages: {} },
      schema: {
        type: 'object',
        additionalProperties: false,
        properties: {
          appName: { type: 'string', maxLength: 60, description: 'The name of the app; empty: the host of PUBLIC_URL' },
          color: { type: 'string', pattern: '^#[0-9a-fA-F]{6}$', description: 'The color of buttons' },
          pages: {
            type: 'object',
            additionalProperties: false,
            description: 'Pages of your app in the place of those under /auth/ui; `token` is added to the query',
            properties: Object.fromEntries(mailPages.map((name) => [name, { type: 'string', maxLength: 1000 }])),
          },
        },
      },
      check: ({ pages }) => {
        for (const [name, url] of Object.entries(pages)) requirePageUrl(url, `pages.${name}`)
      },
    })
  }

  /** The mail in the best language there is: as admins wrote it, or as it comes. */
  async write(mail: AccountMail, tags: readonly (string | undefined)[]): Promise<RenderedMail> {
    const template = await this.pick(mail.kind, languagesFor(...tags))
    const { pages } = await this.look.get()
    const { link } = mail.data
    const data = { ...mail.data, ...(link !== undefined && { link: toAppPage(link, this.config.publicUrl, pages) }) }
    return renderTemplate(
      template,
      toTemplateData({ ...mail, data }, await this.readLook(), template.language),
      template.language,
    )
  }

  /** A draft with sample data. @throws validation_failed, naming part, line and column of what is wrong */
  async preview(kind: MailKind, language: string, draft: MailTemplate, to = 'ada@example.com'): Promise<RenderedMail> {
    const mail = { kind, to, data: sampleData(kind, `${this.config.publicUrl}/auth/ui/sample?token=sample`) }
    const rendered = await renderTemplate(draft, toTemplateData(mail, await this.readLook(), language), language)
    requireNeeded(kind, mail.data, rendered)
    return rendered
  }

  async list(): Promise<MailTemplateInfo[]> {
    const { rows } = await this.db.run({ text: listStored, values: [] })
    const stored = new Map(
      (rows as [string, string, string][]).map(([kind, language, at]) => [`${kind} ${language}`, at]),
    )
    const keys = new Set([
      ...mailKinds.flatMap((kind) => builtInLanguages.map((one) => `${kind} ${one}`)),
      ...stored.keys(),
    ])
    return [...keys].sort().map((key) => {
      const [kind, language] = key.split(' ') as [MailKind, string]
      const changedAt = stored.get(key) ?? null
      return { kind, language, custom: changedAt !== null, changedAt }
    })
  }

  /** @throws not_found */
  async get(kind: MailKind, language: string): Promise<StoredTemplate> {
    const template = await this.find(kind, language)
    if (template) return template
    throw new AppError('not_found', `There is no template ${kind} in this language`, {
      hint: `PUT /api/v1/admin/mail-templates/${kind}/${language} writes one`,
    })
  }

  /** @throws validation_failed for a template that cannot be rendered, or lacks its link or code */
  async put(kind: MailKind, language: string, draft: MailTemplate): Promise<StoredTemplate> {
    await this.preview(kind, language, draft)
    const { subject, text, html = null } = draft
    await this.db.run({ text: store, values: [kind, language, subject, text, html] })
    return this.get(kind, language)
  }

  /** Puts the built-in text back, where there is one. @throws not_found */
  async delete(kind: MailKind, language: string): Promise<void> {
    const { rowCount } = await this.db.run({ text: drop, values: [kind, language] })
    if (rowCount === 0) throw new AppError('not_found', 'Nobody has written this template')
  }

  private async pick(kind: MailKind, languages: readonly string[]): Promise<StoredTemplate> {
    for (const language of languages) {
      const template = await this.find(kind, language)
      if (template) return template
    }
    throw new Error(`There is no mail ${kind} in English`)
  }

  private async find(kind: MailKind, language: string): Promise<StoredTemplate | undefined> {
    const { rows } = await this.db.run({ text: find, values: [kind, language] })
    if (rows[0]) {
      const [subject, text, html, changedAt] = rows[0] as [string, string, string | null, string]
      return { kind, language, subject, text, ...(html !== null && { html }), changedAt }
    }
    const builtIn = findBuiltIn(kind, language)
    return builtIn && { kind, language, ...builtIn, changedAt: null }
  }

  private async readLook(): Promise<AppLook> {
    const { appName, color } = await this.look.get()
    const { publicUrl } = this.config
    return { app: appName.trim() || new URL(publicUrl).host, url: publicUrl, color }
  }
}

/** Without it the people who get the mail could not do what it is for. */
function requireNeeded(kind: MailKind, { link = '', code = '' }: { link?: string; code?: string }, mail: RenderedMail) {
  const needed = neededBy[kind]
  if (needed === undefined) return
  const value = needed === 'link' ? link : code
  const parts = (['text', 'html'] as const).filter((part) => mail[part] !== undefined && !mail[part].includes(value))
  if (parts.length === 0) return
  const errors = parts.map((path) => ({ path, code: 'required', message: `${path} must have {{ ${needed} }} in it` }))
  throw new AppError('validation_failed', errors[0]!.message, { errors })
}

const changedAt = `to_char(changed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
const find = `
  select subject, body, html, ${changedAt} from holdfast.mail_templates where kind = $1 and language = $2`
const listStored = `select kind, language, ${changedAt} from holdfast.mail_templates`
const store = `
  insert into holdfast.mail_templates (kind, language, subject, body, html) values ($1, $2, $3, $4, $5)
  on conflict (kind, language) do update
  set subject = excluded.subject, body = excluded.body, html = excluded.html, changed_at = now()`
const drop = 'delete from holdfast.mail_templates where kind = $1 and language = $2'
