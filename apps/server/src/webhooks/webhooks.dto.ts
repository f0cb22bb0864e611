import {
  type ConditionJson,
  type DeliveryAttempt,
  type DeliveryState,
  deliveryStates,
  type Json,
  type Webhook,
  type WebhookDefinition,
  type WebhookDelivery,
  type WebhookEvent,
  type WebhookPayload,
  type WebhookWithSecret,
  webhookEvents,
} from '@holdfast/contract'
import { ApiProperty, PartialType } from '@nestjs/swagger'
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsISO8601,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
} from 'class-validator'

const example = { url: 'https://shop.example.com/hooks', collection: 'posts', filter: { status: 'published' } }
const anyRecord = { type: Object } as const

export class NewWebhookRequest implements WebhookDefinition {
  @ApiProperty({
    example: example.url,
    description: 'http or https, on a public host or one that `OUTBOUND_ALLOW` names',
  })
  @IsString()
  @MaxLength(2048)
  url!: string

  @ApiProperty({ required: false, nullable: true, type: String })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  description?: string

  @ApiProperty({ example: example.collection })
  @IsString()
  @MaxLength(100)
  collection!: string

  @ApiProperty({ enum: webhookEvents, isArray: true, example: webhookEvents })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(3)
  @IsIn(webhookEvents, { each: true })
  events!: WebhookEvent[]

  @ApiProperty({
    ...anyRecord,
    required: false,
    nullable: true,
    example: example.filter,
    description: 'Records it is about, in the grammar of queries; of an update either the record before or after',
  })
  @IsOptional()
  @IsObject()
  filter?: ConditionJson

  @ApiProperty({
    required: false,
    nullable: true,
    type: [String],
    example: ['title', 'status'],
    description: 'Fields of the payload. Left out: all that are not hidden',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(200)
  @IsString({ each: true })
  fields?: string[]

  @ApiProperty({ required: false, default: false, description: 'Changes of one record arrive one after the other' })
  @IsOptional()
  @IsBoolean()
  ordered?: boolean

  @ApiProperty({ required: false, default: true })
  @IsOptional()
  @IsBoolean()
  enabled?: boolean
}

/** What is left out stays as it is; null takes a filter, fields or a description away. */
export class WebhookChangeRequest extends PartialType(NewWebhookRequest) {}

export class RotateRequest {
  @ApiProperty({
    required: false,
    default: 24,
    description: 'How long the present secret stays good beside the new one',
  })
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(168)
  keepOldForHours?: number
}

export class ResendRequest {
  @ApiProperty({ format: 'date-time', description: 'Deliveries that were made from here on' })
  @IsISO8601({ strict: true })
  from!: string

  @ApiProperty({ format: 'date-time', description: 'and before this' })
  @IsISO8601({ strict: true })
  to!: string

  @ApiProperty({ required: false, enum: deliveryStates, isArray: true, default: ['failed'] })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(deliveryStates.length)
  @IsIn(deliveryStates, { each: true })
  states?: DeliveryState[]
}

export class Resent {
  @ApiProperty({ description: 'Deliveries that will be sent again' })
  count!: number
}

/** As Zapier, Make and others send it. One of the three names of the URL is needed. */
export class SubscribeHookRequest {
  @ApiProperty({ required: false, example: 'https://hooks.zapier.com/hooks/standard/1/2/' })
  @IsOptional()
  @IsString()
  @MaxLength(2048)
  target_url?: string

  @ApiProperty({ required: false })
  @IsOptional()
  @IsString()
  @MaxLength(2048)
  targetUrl?: string

  @ApiProperty({ required: false })
  @IsOptional()
  @IsString()
  @MaxLength(2048)
  hookUrl?: string

  @ApiProperty({ example: 'posts.created' })
  @IsString()
  @MaxLength(100)
  event!: string
}

export class SubscribedHook {
  @ApiProperty({ format: 'uuid', description: 'Unsubscribe by `DELETE /admin/webhooks/{id}`' })
  id!: string

  @ApiProperty({ description: 'Signs the deliveries; shown once' })
  secret!: string
}

export class WebhookDetails implements Webhook {
  @ApiProperty({ format: 'uuid' })
  id!: string

  @ApiProperty({ example: example.url })
  url!: string

  @ApiProperty({ required: false })
  description?: string

  @ApiProperty({ example: example.collection })
  collection!: string

  @ApiProperty({ enum: webhookEvents, isArray: true })
  events!: WebhookEvent[]

  @ApiProperty({ ...anyRecord, required: false, example: example.filter })
  filter?: ConditionJson

  @ApiProperty({ required: false, type: [String] })
  fields?: string[]

  @ApiProperty()
  ordered!: boolean

  @ApiProperty()
  enabled!: boolean

  @ApiProperty({ format: 'date-time' })
  createdAt!: string

  @ApiProperty({ type: String, nullable: true, description: 'Why it was disabled, when it was not an admin who did' })
  disabledReason!: string | null

  @ApiProperty({ type: [String], description: 'The last characters of its secrets, newest first' })
  secretHints!: string[]
}

export class WebhookSecretDetails extends WebhookDetails implements WebhookWithSecret {
  @ApiProperty({ example: 'whsec_…', description: 'Signs the deliveries; shown once' })
  secret!: string
}

export class AttemptDetails implements DeliveryAttempt {
  @ApiProperty({ format: 'date-time' })
  at!: string

  @ApiProperty()
  durationMs!: number

  @ApiProperty({ type: Number, nullable: true, description: 'HTTP status; null where there was no answer' })
  status!: number | null

  @ApiProperty({ type: String, nullable: true })
  error!: string | null

  @ApiProperty({ type: String, nullable: true, description: 'The first 1024 bytes of the answer' })
  response!: string | null
}

export class PayloadData {
  @ApiProperty(anyRecord)
  record!: { [field: string]: Json }

  @ApiProperty({ ...anyRecord, required: false, description: 'Of an update: the record before it' })
  before?: { [field: string]: Json }
}

export class PayloadDetails implements WebhookPayload {
  @ApiProperty({ example: 'posts.created' })
  type!: string

  @ApiProperty({ format: 'date-time' })
  timestamp!: string

  @ApiProperty({ type: PayloadData })
  data!: PayloadData
}

export class DeliveryDetails implements WebhookDelivery {
  @ApiProperty({ format: 'uuid', description: 'The `webhook-id`: the same in every attempt' })
  id!: string

  @ApiProperty({ format: 'uuid' })
  webhook!: string

  @ApiProperty({ example: 'posts.created' })
  event!: string

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  record!: string | null

  @ApiProperty({ enum: deliveryStates })
  state!: DeliveryState

  @ApiProperty({ format: 'date-time' })
  createdAt!: string

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  nextAttemptAt!: string | null

  @ApiProperty({ type: [AttemptDetails] })
  attempts!: AttemptDetails[]

  @ApiProperty({ type: PayloadDetails, required: false, description: 'The body; left out in lists' })
  payload?: PayloadDetails
}
