import { ApiProperty } from '@nestjs/swagger'
import { IsOptional, IsString, Length, Matches } from 'class-validator'

export class PhoneRequest {
  @ApiProperty({ example: '+4915123456789', description: 'With its country code' })
  @IsString()
  @Length(1, 100)
  phone!: string

  @ApiProperty({ required: false, example: 'de', description: 'Language of the message (BCP 47)' })
  @IsOptional()
  @IsString()
  @Matches(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}$/, { message: 'locale must be a language tag' })
  locale?: string
}

export class PhoneConfirmation {
  @ApiProperty({ example: '+4915123456789' })
  @IsString()
  @Length(1, 100)
  phone!: string

  @ApiProperty({ example: '123456', description: 'Six digits' })
  @IsString()
  @Length(1, 20)
  code!: string
}
