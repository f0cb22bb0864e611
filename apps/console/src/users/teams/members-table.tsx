import type { TeamMember } from '@holdfast/contract'
import { Button, Group, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../client/client'
import { Confirm } from '../../ui/confirm'
import { DataTable } from '../../ui/data-table'
import { FormDialog } from '../../ui/form-dialog'
import { AnchorLink } from '../../ui/links'
import { PageList } from '../../ui/page-list'
import { TimeAgo } from '../../ui/time-ago'
import { RoleBadges } from '../parts/badges'
import { membersQuery } from './team-queries'
import { TeamRolesInput } from './team-roles-input'
import { useTeamChange } from './use-team-change'

const labelOf = ({ email, userId }: TeamMember): string => email ?? userId

export function MembersTable({ team }: { readonly team: string }) {
  const members = useInfiniteQuery(membersQuery(team))
  const [edits, setEdits] = useState<TeamMember>()
  const [removes, setRemoves] = useState<TeamMember>()
  const change = useTeamChange(team)
  return (
    <PageList query={members} empty={<Text c="var(--hf-muted)">Nobody is in this team.</Text>}>
      {(rows) => (
        <>
          <DataTable
            label="Members"
            rows={rows}
            rowKey={({ userId }) => userId}
            columns={[
              {
                header: 'User',
                lead: true,
                cell: (member) => (
                  <AnchorLink to="/users/$id" params={{ id: member.userId }} style={{ overflowWrap: 'anywhere' }}>
                    {labelOf(member)}
                  </AnchorLink>
                ),
              },
              { header: 'Roles in the team', cell: ({ roles }) => <RoleBadges roles={roles} /> },
              { header: 'Since', cell: ({ createdAt }) => <TimeAgo at={createdAt} /> },
              {
                header: 'Actions',
                bare: true,
                right: true,
                cell: (member) => (
                  <Group gap={4} justify="flex-end" wrap="nowrap">
                    <Button
                      size="compact-xs"
                      variant="subtle"
                      aria-label={`Change roles of ${labelOf(member)}`}
                      onClick={() => setEdits(member)}
                    >
                      Change
                    </Button>
                    <Button
                      size="compact-xs"
                      variant="subtle"
                      color="red"
                      aria-label={`Take out ${labelOf(member)}`}
                      onClick={() => setRemoves(member)}
                    >
                      Take out
                    </Button>
                  </Group>
                ),
              },
            ]}
          />
          {edits && <MemberRolesDialog team={team} member={edits} onClose={() => setEdits(undefined)} />}
          <Confirm
            opened={removes !== undefined}
            title={`Take ${removes && labelOf(removes)} out of the team?`}
            label="Take out"
            danger
            onClose={() => setRemoves(undefined)}
            onConfirm={() => change(() => client.teams.remove(team, removes!.userId))}
          >
            <Text>Sessions of theirs are in the team no longer, at once. Their account stays.</Text>
          </Confirm>
        </>
      )}
    </PageList>
  )
}

interface MemberRolesDialogProps {
  readonly team: string
  readonly member: TeamMember
  onClose(): void
}

function MemberRolesDialog({ team, member, onClose }: MemberRolesDialogProps) {
  const [roles, setRoles] = useState<string[]>(member.roles)
  const change = useTeamChange(team)
  const save = async () => {
    await change(() => client.teams.setRoles(team, member.userId, roles))
    onClose()
  }
  return (
    <FormDialog
      opened
      title={`Roles of ${labelOf(member)}`}
      label="Save roles"
      disabled={roles.length === 0}
      onSubmit={save}
      onClose={onClose}
    >
      <TeamRolesInput value={roles} onChange={setRoles} />
    </FormDialog>
  )
}
