import { deliveryStates, type One, type Page, type WebhookDelivery } from '@holdfast/contract'
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common'
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger'
import { AnswersOne, AnswersPage, parseId, toPage } from '../../accounts/index.js'
import { Admin } from '../../platform/http/index.js'
import { DeliveryDetails, ResendRequest, Resent } from '../webhooks.dto.js'
import { DeliveryLog, parseDeliveryQuery } from './delivery-log.js'

@ApiTags('Webhooks')
@Admin()
@Controller('admin/webhooks/:id')
export class DeliveriesController {
  constructor(private readonly log: DeliveryLog) {}

  @Get('deliveries')
  @ApiOperation({ summary: 'Deliveries of the last 30 days, the newest first' })
  @ApiQuery({ name: 'state', required: false, enum: deliveryStates })
  @AnswersPage(DeliveryDetails)
  async list(@Param('id') id: string, @Query() raw: Record<string, unknown>): Promise<Page<WebhookDelivery>> {
    const query = parseDeliveryQuery(raw)
    return toPage(await this.log.list(parseId(id), { ...query, limit: query.limit + 1 }), query)
  }

  @Get('deliveries/:delivery')
  @ApiOperation({ summary: 'One delivery: what was sent, and what came back' })
  @AnswersOne(DeliveryDetails)
  async get(@Param('id') id: string, @Param('delivery') delivery: string): Promise<One<WebhookDelivery>> {
    return { data: await this.log.get(parseId(id), parseId(delivery)) }
  }

  @Post('deliveries/:delivery/resend')
  @HttpCode(200)
  @ApiOperation({ summary: 'Send a delivery again, under the same id' })
  @AnswersOne(DeliveryDetails)
  async resend(@Param('id') id: string, @Param('delivery') delivery: string): Promise<One<WebhookDelivery>> {
    return { data: await this.log.resend(parseId(id), parseId(delivery)) }
  }

  @Post('deliveries/:delivery/cancel')
  @HttpCode(200)
  @ApiOperation({ summary: 'Give up a delivery that is pending' })
  @AnswersOne(DeliveryDetails)
  async cancel(@Param('id') id: string, @Param('delivery') delivery: string): Promise<One<WebhookDelivery>> {
    return { data: await this.log.cancel(parseId(id), parseId(delivery)) }
  }

  @Post('resend')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Send the deliveries of a span of time again, those that failed where nothing else is said',
  })
  @AnswersOne(Resent)
  async resendRange(@Param('id') id: string, @Body() { from, to, states }: ResendRequest): Promise<One<Resent>> {
    const count = await this.log.resendRange(parseId(id), new Date(from), new Date(to), states ?? ['failed'])
    return { data: { count } }
  }
}
