import type { BotCheckInfo, One } from '@holdfast/contract'
import { Controller, Get } from '@nestjs/common'
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger'
import { Public } from '../../platform/http/index.js'
import { AnswersOne } from '../describe-answers.js'
import { BotChecks } from './bot-checks.js'

export class BotCheckDetails implements BotCheckInfo {
  @ApiProperty({ type: String, nullable: true, enum: ['turnstile', 'hcaptcha'] })
  provider!: 'turnstile' | 'hcaptcha' | null

  @ApiProperty({ type: String, nullable: true, description: 'For the widget of the provider' })
  siteKey!: string | null

  @ApiProperty({ type: [String], description: 'What asks for `botToken`' })
  routes!: string[]
}

@ApiTags('Auth')
@Controller('auth/bot-check')
export class BotCheckController {
  constructor(private readonly checks: BotChecks) {}

  @Get()
  @Public()
  @ApiOperation({ summary: 'The task for people that sign-in pages have to show, if any' })
  @AnswersOne(BotCheckDetails)
  async show(): Promise<One<BotCheckDetails>> {
    return { data: await this.checks.describe() }
  }
}
