import type { EmailChangeState } from '@holdfast/contract'
import { ApiProperty } from '@nestjs/swagger'
import { IsOptional, IsString, Length } from 'class-validator'

const maxTokenLength = 4096
const maxAddressLength = 1024
const maxUrlLength = 2000
const maxPasswordUnits = 1024

/** Where the page that the mail leads to goes on to. */
const RedirectTo = () =>
  ApiProperty({
    required: false,
    format: 'uri',
    description: 'Where the page goes on to that the link opens: this server, `CORS_ORIGINS` or `auth.redirects`',
  })

export class MailToRequest {
  @ApiProperty({ format: 'email' })
  @IsString()
  @Length(1, maxAddressLength)
  email!: string

  @RedirectTo()
  @IsOptional()
  @IsString()
  @Length(1, maxUrlLength)
  redirectTo?: string
}

export class CodeRequest {
  @ApiProperty({ format: 'email' })
  @IsString()
  @Length(1, maxAddressLength)
  email!: string
}

export class VerifyMailRequest {
  @ApiProperty({ required: false, format: 'email', description: 'For those who are not signed in' })
  @IsOptional()
  @IsString()
  @Length(1, maxAddressLength)
  email?: string

  @RedirectTo()
  @IsOptional()
  @IsString()
  @Length(1, maxUrlLength)
  redirectTo?: string
}

export class TokenRequest {
  @ApiProperty({ description: 'The `token` of the link in the mail' })
  @IsString()
  @Length(1, maxTokenLength)
  token!: string
}

export class ResetRequest extends TokenRequest {
  @ApiProperty({ format: 'password', description: '8 to 256 characters, as strong as `auth.passwords` says' })
  @IsString()
  password!: string
}

export class EmailChangeRequest {
  @ApiProperty({ format: 'email', description: 'The new address' })
  @IsString()
  @Length(1, maxAddressLength)
  email!: string

  @ApiProperty({ required: false, format: 'password', description: 'Of the account; instead of a fresh proof' })
  @IsOptional()
  @IsString()
  @Length(1, maxPasswordUnits)
  password?: string
}

export class EmailChangeView implements EmailChangeState {
  @ApiProperty({ format: 'email', description: 'The new address' })
  email!: string

  @ApiProperty({ enum: ['old', 'new'], nullable: true, description: 'What is still to be proven; null: it is done' })
  waitingFor!: 'old' | 'new' | null
}
