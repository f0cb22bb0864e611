import type { SigningKeyInfo, SigningKeyRotation } from '@holdfast/contract'
import { ApiProperty } from '@nestjs/swagger'
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator'

const purposes = ['access', 'oidc'] as const
const states = ['published', 'signing', 'verifying'] as const

export class RotateKeyRequest implements SigningKeyRotation {
  @ApiProperty({ enum: purposes, required: false, default: 'access' })
  @IsOptional()
  @IsIn(purposes)
  purpose?: SigningKeyInfo['purpose']

  @ApiProperty({
    required: false,
    minimum: 0,
    maximum: 86_400,
    default: 600,
    description:
      'Services that verify tokens remember our keys for five minutes or more: they should know the new one by then',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(86_400)
  activeInSeconds?: number
}

export class SigningKeyDto implements SigningKeyInfo {
  @ApiProperty({ format: 'uuid' })
  kid!: string

  @ApiProperty({ enum: purposes })
  purpose!: SigningKeyInfo['purpose']

  @ApiProperty({ enum: ['EdDSA', 'RS256'] })
  algorithm!: SigningKeyInfo['algorithm']

  @ApiProperty({ enum: states })
  state!: SigningKeyInfo['state']

  @ApiProperty({ format: 'date-time' })
  createdAt!: string

  @ApiProperty({ format: 'date-time' })
  activeAt!: string
}
