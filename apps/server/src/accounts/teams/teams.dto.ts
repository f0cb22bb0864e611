import type { NewTeamInvite, NewTeamMember, OwnTeam, TeamInvite, TeamMember, TeamSwitched } from '@holdfast/contract'
import { ApiProperty } from '@nestjs/swagger'
import { IsArray, IsOptional, IsString, IsUUID, Length, ValidateIf } from 'class-validator'

const rolesOf = {
  type: [String] as [StringConstructor],
  description: '`owner`, `admin`, or names of your own that rules ask for: `$user.teams.<role>`',
}

export class TeamMemberChangeRequest {
  @ApiProperty(rolesOf)
  @IsArray()
  @IsString({ each: true })
  roles!: string[]
}

export class NewTeamMemberRequest implements NewTeamMember {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  userId!: string

  @ApiProperty(rolesOf)
  @IsArray()
  @IsString({ each: true })
  roles!: string[]
}

export class NewTeamInviteRequest implements NewTeamInvite {
  @ApiProperty({ example: 'grace@example.com' })
  @IsString()
  @Length(1, 1024)
  email!: string

  @ApiProperty({ ...rolesOf, required: false, default: ['member'] })
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  roles?: string[]
}

export class TeamInviteAcceptance {
  @ApiProperty({ description: 'Of the link in the mail' })
  @IsString()
  @Length(1, 200)
  token!: string
}

export class TeamSwitchRequest {
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null: no team' })
  @ValidateIf((_, value) => value !== null)
  @IsUUID()
  team!: string | null
}

/** Somebody in a team. */
export class TeamMemberDetails implements TeamMember {
  @ApiProperty({ format: 'uuid' })
  userId!: string

  @ApiProperty({ type: String, nullable: true, required: false, description: 'For owners and admins of the team' })
  email?: string | null

  @ApiProperty({ type: [String] })
  roles!: string[]

  @ApiProperty({ format: 'date-time' })
  createdAt!: string
}

/** An invite that waits. */
export class TeamInviteDetails implements TeamInvite {
  @ApiProperty({ format: 'uuid' })
  id!: string

  @ApiProperty()
  email!: string

  @ApiProperty({ type: [String] })
  roles!: string[]

  @ApiProperty({ format: 'date-time' })
  createdAt!: string

  @ApiProperty({ format: 'date-time' })
  expiresAt!: string
}

/** A team of the caller. */
export class OwnTeamDetails implements OwnTeam {
  @ApiProperty({ format: 'uuid', description: 'Of the record that is the team' })
  id!: string

  @ApiProperty({ type: [String] })
  roles!: string[]

  @ApiProperty({ format: 'date-time' })
  createdAt!: string

  @ApiProperty({ description: 'The session has switched to it' })
  current!: boolean
}

/** The team a session works in, and a token that says so. */
export class TeamSwitchedDetails implements TeamSwitched {
  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  team!: string | null

  @ApiProperty({ required: false, description: 'Has the claim `team`. Left out where tokens are in cookies.' })
  accessToken?: string

  @ApiProperty({ description: 'Seconds the access token lives' })
  expiresIn!: number
}
