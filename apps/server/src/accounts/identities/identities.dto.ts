import type { IdentityInfo, IdentityLinkStart, OAuthExchange } from '@holdfast/contract'
import { ApiProperty } from '@nestjs/swagger'
import { IsOptional, IsString, Length, Matches } from 'class-validator'

/** BASE64URL(SHA256(…)): RFC 7636. */
export const challengePattern = /^[\w-]{43}$/

export class ExchangeRequest implements OAuthExchange {
  @ApiProperty({ description: 'Of `redirectTo?code=…`. Good once, for a minute.' })
  @IsString()
  @Length(1, 100)
  code!: string

  @ApiProperty({
    required: false,
    description: 'Where the sign-in began with a `codeChallenge`: the text it was made of',
  })
  @IsOptional()
  @IsString()
  @Length(1, 256)
  codeVerifier?: string
}

export class LinkRequest implements IdentityLinkStart {
  @ApiProperty({ description: 'Where the browser comes back to, with `?code=…`. Must be allowed by an admin' })
  @IsString()
  @Length(1, 2000)
  redirectTo!: string

  @ApiProperty({ required: false, description: 'BASE64URL(SHA256(codeVerifier))' })
  @IsOptional()
  @Matches(challengePattern)
  codeChallenge?: string
}

export class LinkUrl {
  @ApiProperty({ description: 'Send the browser there within five minutes. Good once.' })
  url!: string
}

/** A way to sign in by another provider. */
export class IdentityDetails implements IdentityInfo {
  @ApiProperty({ format: 'uuid' })
  id!: string

  @ApiProperty({ example: 'google' })
  provider!: string

  @ApiProperty({ type: String, nullable: true, description: 'As the provider named it last' })
  email!: string | null

  @ApiProperty({ format: 'date-time' })
  createdAt!: string

  @ApiProperty({ format: 'date-time' })
  lastUsedAt!: string
}
