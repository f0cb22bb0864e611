import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger'
import { IsObject, IsOptional, IsString, Length } from 'class-validator'

const open = { type: 'object', additionalProperties: true } as const

export class StepUpRequest {
  @ApiProperty({ required: false, format: 'password', description: 'Where the user has no second factor' })
  @IsOptional()
  @IsString()
  @Length(1, 1024)
  password?: string

  @ApiProperty({
    required: false,
    example: '123456',
    description: 'What the authenticator app shows, or a recovery code',
  })
  @IsOptional()
  @IsString()
  @Length(1, 40)
  code?: string

  @ApiProperty({ required: false, description: 'With `response`: of POST /auth/step-up/passkey/options' })
  @IsOptional()
  @IsString()
  @Length(1, 100)
  challengeId?: string

  @ApiPropertyOptional({ ...open, description: '`credential.toJSON()` of what the browser gave' })
  @IsOptional()
  @IsObject()
  response?: Record<string, unknown>
}
