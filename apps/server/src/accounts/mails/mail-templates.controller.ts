import type { MailTemplateDetails, MailTemplateInfo, One, RenderedMailTemplate } from '@holdfast/contract'
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common'
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import { AppError, invalidAt } from '../../lib/index.js'
import { Admin, OnlyReads } from '../../platform/http/index.js'
import { MailError, Mailer } from '../../platform/mail/index.js'
import { AnswersAll, AnswersOne } from '../describe-answers.js'
import { parseNewEmail } from '../sign-in/parse-sign-up.js'
import { type MailKind, mailKinds } from './account-mail.js'
import { AccountMails } from './account-mails.js'
import { parseLanguage } from './languages.js'
import {
  MailPreviewRequest,
  MailTemplateRequest,
  MailTemplateSummary,
  MailTemplateView,
  RenderedMailView,
  TestMailRequest,
} from './mail-templates.dto.js'
import { MailTemplates, type StoredTemplate } from './mail-templates.js'
import type { RenderedMail } from './render-template.js'

@ApiTags('Mail templates')
@Admin()
@Controller('admin/mail-templates')
export class MailTemplatesController {
  constructor(
    private readonly templates: MailTemplates,
    private readonly mails: AccountMails,
    private readonly mailer: Mailer,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The texts of mails, by kind and language' })
  @AnswersAll(MailTemplateSummary)
  async list(): Promise<One<MailTemplateInfo[]>> {
    return { data: await this.templates.list() }
  }

  @Post('preview')
  @OnlyReads()
  @HttpCode(200)
  @ApiOperation({ summary: 'A draft with sample data, as it would be read; what is wrong is named by line and column' })
  @AnswersOne(RenderedMailView)
  async preview(@Body() { kind, language, ...draft }: MailPreviewRequest): Promise<One<RenderedMailTemplate>> {
    const tag = parseLanguageAt(language ?? 'en')
    return { data: toRendered(await this.templates.preview(kind, tag, draft)) }
  }

  @Get(':kind/:language')
  @ApiOperation({ summary: 'One text: as an admin wrote it, or as it comes' })
  @AnswersOne(MailTemplateView)
  async get(@Param('kind') kind: string, @Param('language') language: string): Promise<One<MailTemplateDetails>> {
    return { data: toDetails(await this.templates.get(parseKind(kind), parseLanguageAt(language))) }
  }

  @Put(':kind/:language')
  @ApiOperation({ summary: 'Write a text in the place of the built-in one, or in another language' })
  @AnswersOne(MailTemplateView)
  async put(
    @Param('kind') kind: string,
    @Param('language') language: string,
    @Body() draft: MailTemplateRequest,
  ): Promise<One<MailTemplateDetails>> {
    return { data: toDetails(await this.templates.put(parseKind(kind), parseLanguageAt(language), draft)) }
  }

  @Delete(':kind/:language')
  @HttpCode(204)
  @ApiOperation({ summary: 'Drop a text; the built-in one is sent again where there is one' })
  @ApiNoContentResponse()
  async delete(@Param('kind') kind: string, @Param('language') language: string): Promise<void> {
    await this.templates.delete(parseKind(kind), parseLanguageAt(language))
  }

  @Post(':kind/:language/test')
  @HttpCode(204)
  @ApiOperation({ summary: 'Send the mail with sample data to an address, and wait until the mail server has it' })
  @ApiNoContentResponse()
  async test(
    @Param('kind') kind: string,
    @Param('language') language: string,
    @Body() body: TestMailRequest,
  ): Promise<void> {
    await this.mails.requireReachable()
    const to = parseNewEmail(body.to)
    const template = await this.templates.get(parseKind(kind), parseLanguageAt(language))
    const mail = await this.templates.preview(template.kind, template.language, template, to)
    await this.mailer.send({ to, ...mail }).catch((error: unknown) => {
      if (!(error instanceof MailError)) throw error
      throw new AppError('unavailable', error.message, { hint: 'Look at SMTP_URL and MAIL_FROM', cause: error })
    })
  }
}

function parseKind(text: string): MailKind {
  const kind = mailKinds.find((one) => one === text)
  if (kind) return kind
  throw new AppError('not_found', 'There are no such mails', { hint: `There are: ${mailKinds.join(', ')}` })
}

function parseLanguageAt(text: string): string {
  const language = parseLanguage(text)
  if (language !== undefined) return language
  throw invalidAt('invalid_value', 'language', 'language must be a language tag such as de or pt-BR')
}

const toDetails = (template: StoredTemplate): MailTemplateDetails => ({
  ...template,
  html: template.html ?? null,
  custom: template.changedAt !== null,
})

const toRendered = (mail: RenderedMail): RenderedMailTemplate => ({ ...mail, html: mail.html ?? null })
