import {
  type Action,
  type ApiKey,
  type ApiKeyChange,
  type ApiKeyKind,
  type ApiKeyWithSecret,
  actions,
  apiKeyKinds,
  type NewApiKey,
} from '@holdfast/contract'
import { ApiProperty } from '@nestjs/swagger'
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsISO8601,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Max,
  Min,
} from 'class-validator'

const maxEntries = 100
const maxOverlapSeconds = 7 * 24 * 3600

const optionalList = (description: string, example: string[]) =>
  ({ type: String, isArray: true, required: false, nullable: true, description, example }) as const

/** What may be given and changed of a key. */
abstract class LimitsRequest {
  @ApiProperty(optionalList('Collections it is limited to; null: all that its roles open', ['posts']))
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(maxEntries)
  @IsString({ each: true })
  collections?: string[] | null

  @ApiProperty({ enum: actions, isArray: true, required: false, nullable: true, example: ['read'] })
  @IsOptional()
  @IsArray()
  @IsIn(actions, { each: true })
  actions?: Action[] | null

  @ApiProperty(optionalList('Addresses and networks it may be used from', ['203.0.113.0/24']))
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(maxEntries)
  @IsString({ each: true })
  addresses?: string[] | null

  @ApiProperty(optionalList('Origins of pages it may be used from', ['https://app.example.com']))
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(maxEntries)
  @IsString({ each: true })
  origins?: string[] | null

  @ApiProperty({ type: String, format: 'date-time', required: false, nullable: true })
  @IsOptional()
  @IsISO8601({ strict: true })
  expiresAt?: string | null

  @ApiProperty({
    type: [String],
    required: false,
    example: ['editor'],
    description: 'Of a key that belongs to nobody: rules see `public` and these',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(maxEntries)
  @IsString({ each: true })
  roles?: string[]
}

export class NewApiKeyRequest extends LimitsRequest implements NewApiKey {
  @ApiProperty({ example: 'Nightly import' })
  @IsString()
  @Length(1, 200)
  name!: string

  @ApiProperty({ enum: apiKeyKinds, required: false, default: 'secret' })
  @IsOptional()
  @IsIn(apiKeyKinds)
  kind?: ApiKeyKind

  @ApiProperty({
    type: String,
    format: 'uuid',
    required: false,
    description: 'In place of roles: the service account, or yourself, whom the key acts as',
  })
  @IsOptional()
  @IsUUID()
  user?: string
}

export class ApiKeyChangeRequest extends LimitsRequest implements ApiKeyChange {
  @ApiProperty({ required: false })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  name?: string
}

export class RotateKeyRequest {
  @ApiProperty({
    required: false,
    default: 0,
    maximum: maxOverlapSeconds,
    description: 'How long the old secret stays good; left out, it ends at once',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(maxOverlapSeconds)
  overlapSeconds?: number
}

const nullableList = { type: String, isArray: true, nullable: true } as const
const nullableTime = { type: String, format: 'date-time', nullable: true } as const

export class ApiKeyDetails implements ApiKey {
  @ApiProperty({ format: 'uuid' })
  id!: string

  @ApiProperty()
  name!: string

  @ApiProperty({ enum: apiKeyKinds })
  kind!: ApiKeyKind

  @ApiProperty({ description: 'The beginning of the key, by which people tell keys apart' })
  start!: string

  @ApiProperty({ type: [String] })
  roles!: string[]

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Whom it acts as' })
  user!: string | null

  @ApiProperty(nullableList)
  collections!: string[] | null

  @ApiProperty({ enum: actions, isArray: true, nullable: true })
  actions!: Action[] | null

  @ApiProperty(nullableList)
  addresses!: string[] | null

  @ApiProperty(nullableList)
  origins!: string[] | null

  @ApiProperty(nullableTime)
  expiresAt!: string | null

  @ApiProperty({ format: 'date-time' })
  createdAt!: string

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  createdBy!: string | null

  @ApiProperty({ ...nullableTime, description: 'To the minute' })
  lastUsedAt!: string | null

  @ApiProperty({ ...nullableTime, description: 'How long the secret of before the last rotation is good' })
  previousUntil!: string | null
}

export class ApiKeyWithSecretDetails extends ApiKeyDetails implements ApiKeyWithSecret {
  @ApiProperty({ description: 'The key. It is shown this once.' })
  key!: string
}
