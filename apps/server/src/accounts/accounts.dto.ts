import type { SessionInfo } from '@holdfast/contract'
import { ApiProperty } from '@nestjs/swagger'
import { IsOptional, IsString, Length } from 'class-validator'

/** Long enough for every password that can be set; the rest is refused before it costs anything. */
const maxPasswordUnits = 1024
const maxTokenLength = 4096

export class LoginRequest {
  @ApiProperty({ example: 'ada@example.com' })
  @IsString()
  @Length(1, 1024)
  email!: string

  @ApiProperty({ example: 'correct horse battery staple', format: 'password' })
  @IsString()
  @Length(1, maxPasswordUnits)
  password!: string
}

export class RefreshRequest {
  @ApiProperty({
    required: false,
    description: 'The refresh token of the last answer. It is good for one refresh. Left out where a cookie has it.',
  })
  @IsOptional()
  @IsString()
  @Length(1, maxTokenLength)
  refreshToken?: string
}

export class LogoutRequest {
  @ApiProperty({
    required: false,
    description: 'Ends the session of this token, also when the access token has expired',
  })
  @IsOptional()
  @IsString()
  @Length(1, maxTokenLength)
  refreshToken?: string
}

export class PasswordChangeRequest {
  @ApiProperty({ format: 'password' })
  @IsString()
  @Length(1, maxPasswordUnits)
  current!: string

  @ApiProperty({ format: 'password', description: '8 to 256 characters' })
  @IsString()
  password!: string
}

/** One place the user is signed in at. */
export class SessionDetails implements SessionInfo {
  @ApiProperty({ format: 'uuid' })
  id!: string

  @ApiProperty({ format: 'date-time' })
  createdAt!: string

  @ApiProperty({ format: 'date-time' })
  lastUsedAt!: string

  @ApiProperty({ format: 'date-time', description: 'Unless it is refreshed before' })
  expiresAt!: string

  @ApiProperty({ type: String, nullable: true })
  userAgent!: string | null

  @ApiProperty({ type: String, nullable: true })
  address!: string | null

  @ApiProperty({ description: 'The session this request came with' })
  current!: boolean
}
