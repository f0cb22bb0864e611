import {
  type AdminUserChange,
  type AdminUserDetails,
  type AdminUserInfo,
  type NewAdminUser,
  type UserMailKind,
  type UserTeam,
  userMailKinds,
} from '@holdfast/contract'
import { ApiProperty } from '@nestjs/swagger'
import { IsBoolean, IsIn, IsLocale, IsObject, IsOptional, IsString, Length } from 'class-validator'
import { RoleNames } from '../role-names.js'

export class RolesRequest {
  @RoleNames({ description: 'Exactly these; `public` and `user` go without saying' })
  roles!: string[]
}

export class NewUserRequest implements NewAdminUser {
  @ApiProperty({ required: false, format: 'email' })
  @IsOptional()
  @IsString()
  @Length(1, 254)
  email?: string

  @ApiProperty({ required: false, format: 'password', description: '8 to 256 characters' })
  @IsOptional()
  @IsString()
  password?: string

  @RoleNames({ required: false })
  roles?: string[]

  @ApiProperty({ required: false, description: 'The address needs no proof' })
  @IsOptional()
  @IsBoolean()
  emailIsProven?: boolean

  @ApiProperty({ required: false, type: Object, description: 'Fields of `users` that the role `user` may update' })
  @IsOptional()
  @IsObject()
  profile?: Record<string, unknown>

  @ApiProperty({ required: false, example: 'de', description: 'BCP 47, for mails' })
  @IsOptional()
  @IsLocale()
  locale?: string
}

export class UserChangeRequest implements AdminUserChange {
  @ApiProperty({ required: false, description: 'Ends the sessions of the user at once' })
  @IsOptional()
  @IsBoolean()
  disabled?: boolean

  @ApiProperty({ required: false, format: 'email', description: 'Counts as not proven' })
  @IsOptional()
  @IsString()
  @Length(1, 254)
  email?: string

  @ApiProperty({ required: false, type: String, nullable: true, example: 'de', description: 'BCP 47, for mails' })
  @IsOptional()
  @IsLocale()
  locale?: string | null
}

export class UserMailRequest {
  @ApiProperty({ enum: userMailKinds, description: 'To reset the password, or to verify the address' })
  @IsIn(userMailKinds)
  kind!: UserMailKind
}

/** A team of a user. */
export class UserTeamDetails implements UserTeam {
  @ApiProperty({ format: 'uuid', description: 'Of the record that is the team' })
  id!: string

  @ApiProperty({ type: [String] })
  roles!: string[]

  @ApiProperty({ format: 'date-time' })
  createdAt!: string
}

/** A user as admins see it in lists. */
export class AdminUser implements AdminUserInfo {
  @ApiProperty({ format: 'uuid' })
  id!: string

  @ApiProperty({ type: String, format: 'email', nullable: true })
  email!: string | null

  @ApiProperty()
  emailIsProven!: boolean

  @ApiProperty({ type: String, nullable: true })
  phone!: string | null

  @ApiProperty({ type: String, nullable: true, description: 'Of service accounts' })
  name!: string | null

  @ApiProperty({ enum: ['person', 'anonymous', 'service'] })
  kind!: AdminUserInfo['kind']

  @ApiProperty()
  disabled!: boolean

  @ApiProperty({ type: [String], description: 'Named roles; `public` and `user` go without saying' })
  roles!: string[]

  @ApiProperty({ format: 'date-time' })
  createdAt!: string

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  lastSignInAt!: string | null
}

export class AdminUserWithMethods extends AdminUser implements AdminUserDetails {
  @ApiProperty({ type: String, nullable: true })
  locale!: string | null

  @ApiProperty({ type: [String], example: ['password', 'totp'] })
  methods!: string[]

  @ApiProperty({ description: 'Live sessions' })
  sessions!: number
}
