import type { AdminUserDetails } from '@holdfast/contract'
import { Divider } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { DataTable } from '../../ui/data-table'
import { AnchorLink } from '../../ui/links'
import { Section } from '../../ui/section'
import { TimeAgo } from '../../ui/time-ago'
import { RoleBadges } from '../parts/badges'
import { userTeamsQuery } from '../queries'
import { teamNamesQuery } from '../teams/team-queries'

/** The teams the user is in; nothing where there are none. */
export function TeamsSection({ user }: { readonly user: AdminUserDetails }) {
  const { data: teams = [] } = useQuery(userTeamsQuery(user.id))
  const { data: names } = useQuery({ ...teamNamesQuery(teams.map(({ id }) => id)), enabled: teams.length > 0 })
  if (teams.length === 0) return null
  return (
    <>
      <Divider />
      <Section title="Teams">
        <DataTable
          label="Teams"
          rows={teams}
          rowKey={({ id }) => id}
          columns={[
            {
              header: 'Team',
              lead: true,
              cell: ({ id }) => (
                <AnchorLink to="/teams/$id" params={{ id }} style={{ overflowWrap: 'anywhere' }}>
                  {names?.get(id) ?? id}
                </AnchorLink>
              ),
            },
            { header: 'Roles in the team', cell: ({ roles }) => <RoleBadges roles={roles} /> },
            { header: 'Since', cell: ({ createdAt }) => <TimeAgo at={createdAt} /> },
          ]}
        />
      </Section>
    </>
  )
}
