import { MembersController } from '../teams/members.controller.js'
import { Memberships } from '../teams/memberships.js'
import { OwnTeamsController } from '../teams/own-teams.controller.js'
import { TeamCollection } from '../teams/team-collection.js'
import { TeamInvitesController } from '../teams/team-invites.controller.js'
import { TeamInvites } from '../teams/team-invites.js'
import { TeamSwitches } from '../teams/team-switches.js'

/** Who is in which team, who is invited, and which team a session works in. */
export const teams = {
  controllers: [MembersController, TeamInvitesController, OwnTeamsController],
  providers: [Memberships, TeamCollection, TeamInvites, TeamSwitches],
}
