import type { DeliveryAttempt, One, Page, Webhook, WebhookPayload, WebhookWithSecret } from '@holdfast/contract'
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req } from '@nestjs/common'
import { ApiCreatedResponse, ApiNoContentResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger'
import { AnswersAll, AnswersOne, AnswersPage, parseId, parsePageQuery, toPage } from '../accounts/index.js'
import type { GuardedRequest } from '../auth/index.js'
import { Admin } from '../platform/http/index.js'
import {
  AttemptDetails,
  NewWebhookRequest,
  PayloadDetails,
  RotateRequest,
  SubscribedHook,
  SubscribeHookRequest,
  WebhookChangeRequest,
  WebhookDetails,
  WebhookSecretDetails,
} from './webhooks.dto.js'
import { WebhooksService } from './webhooks.service.js'

@ApiTags('Webhooks')
@Admin()
@Controller('admin/webhooks')
export class WebhooksController {
  constructor(private readonly webhooks: WebhooksService) {}

  @Get()
  @ApiOperation({ summary: 'Webhooks, the newest first' })
  @AnswersPage(WebhookDetails)
  async list(@Query() query: Record<string, unknown>): Promise<Page<Webhook>> {
    const page = parsePageQuery(query)
    return toPage(await this.webhooks.list({ ...page, limit: page.limit + 1 }), page)
  }

  @Post()
  @ApiOperation({ summary: 'Have changes delivered to a URL; the answer shows the signing secret once' })
  @AnswersOne(WebhookSecretDetails, 201)
  async create(@Body() body: NewWebhookRequest): Promise<One<WebhookWithSecret>> {
    return { data: await this.webhooks.create(body) }
  }

  @Post('subscribe')
  @ApiOperation({ summary: 'Subscribe as a REST hook, for Zapier, Make and the like' })
  @ApiCreatedResponse({ type: SubscribedHook })
  subscribe(@Body() body: SubscribeHookRequest): Promise<SubscribedHook> {
    return this.webhooks.subscribe(body)
  }

  @Get('sample')
  @ApiOperation({ summary: 'Up to three payloads of recent records, as a receiver of the event would get them' })
  @ApiQuery({ name: 'event', required: true, schema: { type: 'string', example: 'posts.created' } })
  @AnswersAll(PayloadDetails)
  async sample(@Req() { principal }: GuardedRequest, @Query('event') event: unknown): Promise<One<WebhookPayload[]>> {
    return { data: await this.webhooks.sample(principal, event) }
  }

  @Get(':id')
  @ApiOperation({ summary: 'One webhook' })
  @AnswersOne(WebhookDetails)
  async get(@Param('id') id: string): Promise<One<Webhook>> {
    return { data: await this.webhooks.get(parseId(id)) }
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Change a webhook, disable it or enable it again' })
  @AnswersOne(WebhookDetails)
  async change(@Param('id') id: string, @Body() body: WebhookChangeRequest): Promise<One<Webhook>> {
    return { data: await this.webhooks.change(parseId(id), body) }
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a webhook and its deliveries, those that were not made yet among them' })
  @ApiNoContentResponse()
  async delete(@Param('id') id: string): Promise<void> {
    await this.webhooks.delete(parseId(id))
  }

  @Post(':id/rotate-secret')
  @HttpCode(200)
  @ApiOperation({ summary: 'Make a new signing secret; for a while both sign' })
  @AnswersOne(WebhookSecretDetails)
  async rotateSecret(@Param('id') id: string, @Body() body: RotateRequest): Promise<One<WebhookWithSecret>> {
    return { data: await this.webhooks.rotateSecret(parseId(id), body.keepOldForHours) }
  }

  @Post(':id/test')
  @HttpCode(200)
  @ApiOperation({ summary: 'Send a test event now' })
  @AnswersOne(AttemptDetails)
  async test(@Param('id') id: string): Promise<One<DeliveryAttempt>> {
    return { data: await this.webhooks.test(parseId(id)) }
  }
}
