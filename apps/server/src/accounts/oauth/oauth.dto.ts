import type { AuthProviderInfo, AuthProviderTest, OAuthTokenSignIn, ProviderToken } from '@holdfast/contract'
import { ApiProperty } from '@nestjs/swagger'
import { IsOptional, IsString, Length } from 'class-validator'

export class TokenSignInRequest implements OAuthTokenSignIn {
  @ApiProperty({ description: 'What the SDK of the provider gave the app. Good once.' })
  @IsString()
  @Length(1, 16_384)
  idToken!: string

  @ApiProperty({ required: false, description: 'The nonce the app asked for, not hashed' })
  @IsOptional()
  @IsString()
  @Length(1, 500)
  nonce?: string

  @ApiProperty({ required: false, description: 'Asks for the e-mail address where the ID token does not hold it' })
  @IsOptional()
  @IsString()
  @Length(1, 16_384)
  accessToken?: string
}

export class ProviderDetails implements AuthProviderInfo {
  @ApiProperty({ example: 'google' })
  id!: string

  @ApiProperty({ example: 'Google' })
  name!: string

  @ApiProperty({ example: 'google' })
  kind!: string

  @ApiProperty({ enum: ['oauth', 'saml', 'ldap'] })
  type!: AuthProviderInfo['type']

  @ApiProperty({ example: 'https://api.example.com/api/v1/auth/oauth/google' })
  url!: string
}

export class ProviderTestStep {
  @ApiProperty({ enum: ['discovery', 'keys', 'token'] })
  name!: AuthProviderTest['steps'][number]['name']

  @ApiProperty()
  ok!: boolean

  @ApiProperty()
  message!: string
}

export class ProviderTestDetails implements AuthProviderTest {
  @ApiProperty()
  ok!: boolean

  @ApiProperty()
  issuer!: string

  @ApiProperty({ description: 'What to register at the provider' })
  redirectUri!: string

  @ApiProperty({ type: [ProviderTestStep] })
  steps!: ProviderTestStep[]
}

export class ProviderTokenDetails implements ProviderToken {
  @ApiProperty()
  accessToken!: string

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  expiresAt!: string | null

  @ApiProperty({ type: String, nullable: true })
  scope!: string | null
}
