import { type DeviceKind, deviceKinds, type SessionDevice, type SessionInfo } from '@holdfast/contract'
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

class DeviceDetails implements SessionDevice {
  @ApiProperty({ example: 'Firefox on Windows' })
  name!: string

  @ApiProperty({ enum: deviceKinds })
  kind!: DeviceKind
}

class PlaceDetails {
  @ApiProperty({ type: String, nullable: true, example: 'DE' })
  country!: string | null

  @ApiProperty({ type: String, nullable: true })
  city!: string | null
}

class ImpersonatorDetails {
  @ApiProperty({ type: String, nullable: true, description: 'Of the admin' })
  email!: string | null

  @ApiProperty()
  reason!: string

  @ApiProperty({ format: 'date-time' })
  at!: string
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

  @ApiProperty({ description: 'What it was opened on, as far as its user agent tells' })
  device!: DeviceDetails

  @ApiProperty({ type: PlaceDetails, nullable: true, description: 'As the proxy in front tells' })
  place!: PlaceDetails | null

  @ApiProperty({ type: [String], example: ['pwd', 'otp'], description: 'How the user proved who they are' })
  methods!: string[]

  @ApiProperty({ type: ImpersonatorDetails, nullable: true, description: 'An admin opened it and acts as the user' })
  impersonatedBy!: ImpersonatorDetails | null
}
