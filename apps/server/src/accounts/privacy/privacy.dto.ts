import { ApiProperty } from '@nestjs/swagger'
import { IsOptional, IsString, Length } from 'class-validator'

export class DeleteMeRequest {
  @ApiProperty({ required: false, format: 'password', description: 'In place of a fresh proof' })
  @IsOptional()
  @IsString()
  @Length(1, 1024)
  password?: string
}
