import { namePattern, type RoleMembers, type SetupState } from '@holdfast/contract'
import { ApiProperty } from '@nestjs/swagger'
import { IsBoolean, IsOptional, IsString, Length, Matches, MaxLength } from 'class-validator'

export class SetUpRequest {
  @ApiProperty({ description: 'From the link that the server printed when it started' })
  @IsString()
  @Length(1, 4096)
  token!: string

  @ApiProperty({ format: 'email' })
  @IsString()
  email!: string

  @ApiProperty({ format: 'password', description: '8 to 256 characters' })
  @IsString()
  password!: string
}

export class SetupStateAnswer implements SetupState {
  @ApiProperty({ description: 'There is an admin; otherwise the link that the server printed makes the first one' })
  ready!: boolean
}

export class NewRoleRequest {
  @ApiProperty({ example: 'editor', pattern: namePattern.source })
  @IsString()
  @Matches(namePattern)
  name!: string

  @ApiProperty({ required: false, example: 'Publishes posts' })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  description?: string

  @ApiProperty({ required: false, default: false, description: 'Whoever has the role must have a second factor' })
  @IsOptional()
  @IsBoolean()
  secondFactor?: boolean
}

export class RoleChangeRequest {
  @ApiProperty({ required: false, type: String, nullable: true })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  description?: string | null

  @ApiProperty({
    required: false,
    description:
      'Whoever has the role must have a second factor. Sessions of users without one end; they set one up when they sign in.',
  })
  @IsOptional()
  @IsBoolean()
  secondFactor?: boolean
}

/** Who has a role. */
export class RoleMembersDetails implements RoleMembers {
  @ApiProperty({ example: 'editor' })
  role!: string

  @ApiProperty({ type: 'integer' })
  users!: number

  @ApiProperty({ type: 'integer', description: 'Keys that belong to nobody' })
  apiKeys!: number
}
