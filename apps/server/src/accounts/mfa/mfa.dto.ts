import type { FactorInfo, MfaState, NewTotp, RecoveryCodes } from '@holdfast/contract'
import { ApiProperty } from '@nestjs/swagger'
import { IsOptional, IsString, Length } from 'class-validator'

const maxTokenLength = 100
const maxCodeLength = 40
const maxNameLength = 100

/** What a pending sign-in, or a signed-in user, sends to set up a factor. */
class EnrolmentRequest {
  @ApiProperty({
    required: false,
    description: 'In place of a session: of a sign-in that asks for a factor where none is set up (`factors: []`)',
  })
  @IsOptional()
  @IsString()
  @Length(1, maxTokenLength)
  mfaToken?: string
}

export class TotpRequest extends EnrolmentRequest {
  @ApiProperty({ required: false, example: 'My phone', default: 'Authenticator app' })
  @IsOptional()
  @IsString()
  @Length(1, maxNameLength)
  name?: string
}

export class TotpConfirmRequest extends EnrolmentRequest {
  @ApiProperty({ example: '123456', description: 'What the app shows' })
  @IsString()
  @Length(1, maxCodeLength)
  code!: string
}

export class MfaVerifyRequest {
  @ApiProperty({ description: 'From the answer of the sign-in' })
  @IsString()
  @Length(1, maxTokenLength)
  mfaToken!: string

  @ApiProperty({ example: '123456', description: 'What the app shows, or a recovery code' })
  @IsString()
  @Length(1, maxCodeLength)
  code!: string
}

export class FactorDetails implements FactorInfo {
  @ApiProperty({ format: 'uuid' })
  id!: string

  @ApiProperty({ enum: ['totp', 'passkey'] })
  kind!: 'totp' | 'passkey'

  @ApiProperty({ example: 'My phone' })
  name!: string

  @ApiProperty({ format: 'date-time' })
  createdAt!: string

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  lastUsedAt!: string | null
}

export class MfaDetails implements MfaState {
  @ApiProperty({ type: [FactorDetails] })
  factors!: FactorDetails[]

  @ApiProperty({ type: 'integer' })
  recoveryCodesLeft!: number

  @ApiProperty({ description: 'A role of the user must have a second factor: the last one cannot be removed' })
  required!: boolean
}

export class TotpDetails implements NewTotp {
  @ApiProperty({ format: 'uuid' })
  id!: string

  @ApiProperty({ description: 'Base32, for typing it in' })
  secret!: string

  @ApiProperty({ example: 'otpauth://totp/app.example.com:ada%40example.com?secret=…' })
  uri!: string

  @ApiProperty({ description: 'The same as a QR code: a `data:` URL of an SVG' })
  qr!: string
}

export class RecoveryCodesDetails implements RecoveryCodes {
  @ApiProperty({ type: [String], description: 'Shown this once. Empty where there are codes already.' })
  recoveryCodes!: string[]
}
