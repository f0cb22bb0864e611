import type { PasswordHint, PasswordStrength } from '@holdfast/contract'
import { ApiProperty } from '@nestjs/swagger'
import { IsOptional, IsString, Length, MaxLength } from 'class-validator'

const maxPasswordUnits = 1024
const maxAddressLength = 1024

export class StrengthRequest {
  @ApiProperty({ format: 'password' })
  @IsString()
  @Length(1, maxPasswordUnits)
  password!: string

  @ApiProperty({ required: false, format: 'email', description: 'Whose it is to be' })
  @IsOptional()
  @IsString()
  @MaxLength(maxAddressLength)
  email?: string
}

export class PasswordHintView implements PasswordHint {
  @ApiProperty({ example: 'topTen' })
  code!: string

  @ApiProperty({ example: 'This is one of the most common passwords.' })
  message!: string
}

export class PasswordStrengthView implements PasswordStrength {
  @ApiProperty({ enum: [0, 1, 2, 3, 4], description: '0: guessed at once, 4: not in a lifetime' })
  score!: 0 | 1 | 2 | 3 | 4

  @ApiProperty({ description: 'Whether it is as `auth.passwords` wants it' })
  acceptable!: boolean

  @ApiProperty({ type: Boolean, nullable: true, description: 'Whether it is known from a leak; null: not looked up' })
  breached!: boolean | null

  @ApiProperty({ type: PasswordHintView, nullable: true })
  warning!: PasswordHint | null

  @ApiProperty({ type: [PasswordHintView] })
  suggestions!: PasswordHint[]
}
