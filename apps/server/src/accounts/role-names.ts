import { applyDecorators } from '@nestjs/common'
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger'
import { ArrayMaxSize, IsArray, IsOptional, IsString } from 'class-validator'

/** A field of a body that names roles; whether they exist is asked of the database. */
export const RoleNames = (options: ApiPropertyOptions = {}): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ type: [String], example: ['editor'], ...options } as ApiPropertyOptions),
    ...(options.required === false ? [IsOptional()] : []),
    IsArray(),
    ArrayMaxSize(100),
    IsString({ each: true }),
  )
