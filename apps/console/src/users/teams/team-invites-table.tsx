import type { TeamInvite } from '@holdfast/contract'
import { Button, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../client/client'
import { Confirm } from '../../ui/confirm'
import { DataTable } from '../../ui/data-table'
import { PageList } from '../../ui/page-list'
import { TimeAgo } from '../../ui/time-ago'
import { RoleBadges } from '../parts/badges'
import { teamInvitesQuery } from './team-queries'
import { useTeamChange } from './use-team-change'

export function TeamInvitesTable({ team }: { readonly team: string }) {
  const invites = useInfiniteQuery(teamInvitesQuery(team))
  const [revokes, setRevokes] = useState<TeamInvite>()
  const change = useTeamChange(team)
  return (
    <PageList query={invites} empty={<Text c="var(--hf-muted)">No invitation waits.</Text>}>
      {(rows) => (
        <>
          <DataTable
            label="Invitations"
            rows={rows}
            rowKey={({ id }) => id}
            columns={[
              {
                header: 'E-mail',
                lead: true,
                cell: ({ email }) => <Text style={{ overflowWrap: 'anywhere' }}>{email}</Text>,
              },
              { header: 'Roles in the team', cell: ({ roles }) => <RoleBadges roles={roles} /> },
              { header: 'Sent', cell: ({ createdAt }) => <TimeAgo at={createdAt} /> },
              { header: 'Good until', cell: ({ expiresAt }) => <TimeAgo at={expiresAt} /> },
              {
                header: 'Actions',
                bare: true,
                right: true,
                cell: (invite) => (
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    color="red"
                    aria-label={`Take back from ${invite.email}`}
                    onClick={() => setRevokes(invite)}
                  >
                    Take back
                  </Button>
                ),
              },
            ]}
          />
          <Confirm
            opened={revokes !== undefined}
            title="Take the invitation back?"
            label="Take back"
            danger
            onClose={() => setRevokes(undefined)}
            onConfirm={() => change(() => client.teams.revokeInvite(team, revokes!.id))}
          >
            <Text>The link that went to {revokes?.email} is void at once.</Text>
          </Confirm>
        </>
      )}
    </PageList>
  )
}
