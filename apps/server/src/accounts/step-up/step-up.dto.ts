import { ApiProperty } from '@nestjs/swagger'
import { IsOptional, IsString, Length } from 'class-validator'

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
}
