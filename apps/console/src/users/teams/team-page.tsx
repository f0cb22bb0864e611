import { Button, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { AnchorLink } from '../../ui/links'
import { Page } from '../../ui/page'
import { QueryState } from '../../ui/query-state'
import { Section } from '../../ui/section'
import { AddMemberDialog } from './add-member-dialog'
import { InviteToTeamDialog } from './invite-to-team-dialog'
import { MembersTable } from './members-table'
import { TeamInvitesTable } from './team-invites-table'
import { teamQuery } from './team-queries'

/** One team: who is in it with which roles, and who is invited. */
export function TeamPage() {
  const { id } = useParams({ from: '/shell/teams/$id' })
  const team = useQuery(teamQuery(id))
  const [asks, setAsks] = useState<'add' | 'invite'>()
  const close = () => setAsks(undefined)
  return (
    <Page title={team.data?.label ?? 'Team'} description={<AnchorLink to="/teams">All teams</AnchorLink>}>
      <QueryState query={team}>
        {() => (
          <Stack gap="xl">
            <Section
              title="Members"
              actions={
                <Button size="xs" variant="default" onClick={() => setAsks('add')}>
                  Add member
                </Button>
              }
            >
              <MembersTable team={id} />
            </Section>
            <Section
              title="Invitations"
              actions={
                <Button size="xs" variant="default" onClick={() => setAsks('invite')}>
                  Invite
                </Button>
              }
            >
              <TeamInvitesTable team={id} />
            </Section>
          </Stack>
        )}
      </QueryState>
      {asks === 'add' && <AddMemberDialog team={id} onClose={close} />}
      {asks === 'invite' && <InviteToTeamDialog team={id} onClose={close} />}
    </Page>
  )
}
