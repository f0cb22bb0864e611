/** Roles in a team that may change who is in it; all others are names an app chooses and its rules ask for: `$user.teams.billing`. */
export const teamManagers = ['owner', 'admin'] as const

/** Item of `GET /teams/{id}/members`. */
export interface TeamMember {
  userId: string
  /** For those who may change who is in the team; null where the user has none. */
  email?: string | null
  roles: string[]
  createdAt: string
}

/** Body of `PATCH /teams/{id}/members/{userId}`. */
export interface TeamMemberChange {
  roles: string[]
}

/** Body of `POST /teams/{id}/members`, for admins of the server. */
export interface NewTeamMember {
  userId: string
  roles: string[]
}

/** Body of `POST /teams/{id}/invites`. */
export interface NewTeamInvite {
  email: string
  /** Default: `member`. */
  roles?: string[]
}

/** An invite that waits. The mail has a token, which nobody sees again. */
export interface TeamInvite {
  id: string
  email: string
  roles: string[]
  createdAt: string
  expiresAt: string
}

/** Item of `GET /admin/users/{id}/teams`. */
export interface UserTeam {
  /** Of the record that is the team. */
  id: string
  roles: string[]
  createdAt: string
}

/** Item of `GET /me/teams`, and answer of `POST /auth/team-invite/accept`. */
export interface OwnTeam extends UserTeam {
  /** The session has switched to it. */
  current: boolean
}

/** Body of `POST /auth/team`; null leaves the team. */
export interface TeamSwitch {
  team: string | null
}

/** Answer of `POST /auth/team`. The session and its refresh token stay. */
export interface TeamSwitched {
  team: string | null
  /** Has the team in its claim `team`. Left out where tokens are in cookies. */
  accessToken?: string
  expiresIn: number
}
