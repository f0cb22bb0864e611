import type { MailTemplateDetails, MailTemplateInfo, RenderedMailTemplate } from '@holdfast/contract'
import { ApiProperty } from '@nestjs/swagger'
import { IsIn, IsOptional, IsString, Length, MaxLength } from 'class-validator'
import { mailKinds } from './account-mail.js'

const maxSubjectLength = 500
const maxPartLength = 50_000

export class MailTemplateRequest {
  @ApiProperty({ description: 'Liquid', example: 'Your code for {{ app }}: {{ code }}', maxLength: maxSubjectLength })
  @IsString()
  @Length(1, maxSubjectLength)
  subject!: string

  @ApiProperty({
    description: 'Liquid: the mail as plain text',
    example: 'Your code:\n\n{{ code }}\n',
    maxLength: maxPartLength,
  })
  @IsString()
  @Length(1, maxPartLength)
  text!: string

  @ApiProperty({
    required: false,
    description:
      "Liquid: the mail as HTML, in which what is put in is escaped. `{% layout 'mail' %}{% block content %}…{% endblock %}` puts it into the layout of the other mails.",
    maxLength: maxPartLength,
  })
  @IsOptional()
  @IsString()
  @MaxLength(maxPartLength)
  html?: string
}

export class MailPreviewRequest extends MailTemplateRequest {
  @ApiProperty({ enum: mailKinds })
  @IsIn(mailKinds)
  kind!: (typeof mailKinds)[number]

  @ApiProperty({ required: false, example: 'de', default: 'en' })
  @IsOptional()
  @IsString()
  @MaxLength(35)
  language?: string
}

export class TestMailRequest {
  @ApiProperty({ format: 'email' })
  @IsString()
  @Length(3, 254)
  to!: string
}

export class MailTemplateSummary implements MailTemplateInfo {
  @ApiProperty({ enum: mailKinds })
  kind!: string

  @ApiProperty({ example: 'de', description: 'BCP 47' })
  language!: string

  @ApiProperty({ description: 'Whether an admin wrote it; otherwise it is built in' })
  custom!: boolean

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  changedAt!: string | null
}

export class MailTemplateView extends MailTemplateSummary implements MailTemplateDetails {
  @ApiProperty({ description: 'Liquid' })
  subject!: string

  @ApiProperty({ description: 'Liquid: the mail as plain text' })
  text!: string

  @ApiProperty({ type: String, nullable: true, description: 'Liquid: the mail as HTML; null: none' })
  html!: string | null
}

export class RenderedMailView implements RenderedMailTemplate {
  @ApiProperty()
  subject!: string

  @ApiProperty()
  text!: string

  @ApiProperty({ type: String, nullable: true })
  html!: string | null
}
