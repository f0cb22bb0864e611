import type { PasskeyAnswer, PasskeyCeremony, PasskeyInfo } from '@holdfast/contract'
import { ApiProperty } from '@nestjs/swagger'
import { IsObject, IsOptional, IsString, Length } from 'class-validator'

const maxTokenLength = 100
const maxNameLength = 100

const open = { type: 'object', additionalProperties: true } as const

export class MfaTokenRequest {
  @ApiProperty({ description: 'From the answer of the sign-in' })
  @IsString()
  @Length(1, maxTokenLength)
  mfaToken!: string
}

export class PasskeyOptionsRequest {
  @ApiProperty({
    required: false,
    description: 'In place of a session: of a sign-in that asks for a factor where none is set up (`factors: []`)',
  })
  @IsOptional()
  @IsString()
  @Length(1, maxTokenLength)
  mfaToken?: string
}

export class PasskeyProofRequest implements PasskeyAnswer {
  @ApiProperty()
  @IsString()
  @Length(1, maxTokenLength)
  challengeId!: string

  @ApiProperty({ ...open, description: '`credential.toJSON()` of what the browser gave' })
  @IsObject()
  response!: Record<string, unknown>
}

export class PasskeyRegistrationRequest extends PasskeyProofRequest {
  @ApiProperty({ required: false, example: 'My laptop', default: 'Passkey' })
  @IsOptional()
  @IsString()
  @Length(1, maxNameLength)
  name?: string

  @ApiProperty({ required: false, description: 'As with the options' })
  @IsOptional()
  @IsString()
  @Length(1, maxTokenLength)
  mfaToken?: string
}

export class MfaPasskeyRequest extends PasskeyProofRequest {
  @ApiProperty({ description: 'From the answer of the sign-in' })
  @IsString()
  @Length(1, maxTokenLength)
  mfaToken!: string
}

export class PasskeyChangeRequest {
  @ApiProperty({ example: 'My laptop' })
  @IsString()
  @Length(1, maxNameLength)
  name!: string
}

export class PasskeyCeremonyDetails implements PasskeyCeremony {
  @ApiProperty({ description: 'Good for one answer within five minutes' })
  challengeId!: string

  @ApiProperty({ ...open, description: 'For `navigator.credentials`, in the JSON form of WebAuthn' })
  options!: Record<string, unknown>
}

export class PasskeyDetails implements PasskeyInfo {
  @ApiProperty({ format: 'uuid' })
  id!: string

  @ApiProperty({ enum: ['passkey'] })
  kind!: 'passkey'

  @ApiProperty({ example: 'My laptop' })
  name!: string

  @ApiProperty({ format: 'date-time' })
  createdAt!: string

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  lastUsedAt!: string | null

  @ApiProperty({ description: 'Kept by a service that copies it to other devices' })
  backedUp!: boolean
}
