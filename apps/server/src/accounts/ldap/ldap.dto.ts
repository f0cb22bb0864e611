import type { LdapSignInRequest } from '@holdfast/contract'
import { ApiProperty } from '@nestjs/swagger'
import { IsString, Length, Matches } from 'class-validator'

export class LdapLoginRequest implements LdapSignInRequest {
  @ApiProperty({ description: 'As the directory knows it: a name, or an e-mail address', maxLength: 256 })
  @IsString()
  @Length(1, 256)
  @Matches(/^\P{Cc}+$/u)
  username!: string

  @ApiProperty({ format: 'password', maxLength: 256 })
  @IsString()
  @Length(1, 256)
  password!: string
}
