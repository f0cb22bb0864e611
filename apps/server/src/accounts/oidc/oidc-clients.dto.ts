import type { OidcClient, OidcClientDefinition, OidcClientWithSecret, OidcScope } from '@holdfast/contract'
import { ApiProperty } from '@nestjs/swagger'
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsOptional,
  IsString,
  Length,
  MaxLength,
} from 'class-validator'
import { oidcScopes } from './parse-client.js'

const kinds = ['confidential', 'public'] as const

/** What an app may leave out. What it must have is no part of it: validators add up, so that an optional one would stay so. */
class OptionalParts {
  @ApiProperty({ required: false, type: [String] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(20)
  @IsString({ each: true })
  @MaxLength(2000, { each: true })
  postLogoutRedirectUris?: string[]

  @ApiProperty({ required: false, enum: oidcScopes, isArray: true })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(oidcScopes.length)
  @IsIn(oidcScopes, { each: true })
  scopes?: OidcScope[]

  @ApiProperty({ required: false, description: 'An app of your own: nobody is asked whether it may know them' })
  @IsOptional()
  @IsBoolean()
  trusted?: boolean
}

export class ChangeOidcClientRequest extends OptionalParts {
  @ApiProperty({ required: false, example: 'Wiki', maxLength: 100 })
  @IsOptional()
  @IsString()
  @Length(1, 100)
  name?: string

  @ApiProperty({ required: false, type: [String], example: ['https://wiki.example.com/callback'] })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @IsString({ each: true })
  @MaxLength(2000, { each: true })
  redirectUris?: string[]
}

export class NewOidcClientRequest extends OptionalParts implements OidcClientDefinition {
  @ApiProperty({ example: 'Wiki', maxLength: 100 })
  @IsString()
  @Length(1, 100)
  name!: string

  @ApiProperty({ type: [String], example: ['https://wiki.example.com/callback'] })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @IsString({ each: true })
  @MaxLength(2000, { each: true })
  redirectUris!: string[]

  @ApiProperty({ required: false, enum: kinds, default: 'confidential' })
  @IsOptional()
  @IsIn(kinds)
  kind?: OidcClient['kind']
}

export class OidcClientDto implements OidcClient {
  @ApiProperty({ format: 'uuid', description: 'The `client_id`' })
  id!: string

  @ApiProperty()
  name!: string

  @ApiProperty({ enum: kinds })
  kind!: OidcClient['kind']

  @ApiProperty({ type: [String] })
  redirectUris!: string[]

  @ApiProperty({ type: [String] })
  postLogoutRedirectUris!: string[]

  @ApiProperty({ enum: oidcScopes, isArray: true })
  scopes!: OidcScope[]

  @ApiProperty()
  trusted!: boolean

  @ApiProperty({ format: 'date-time' })
  createdAt!: string
}

export class OidcClientWithSecretDto extends OidcClientDto implements OidcClientWithSecret {
  @ApiProperty({ type: String, nullable: true, description: 'Shown once; null for public clients' })
  secret!: string | null
}
