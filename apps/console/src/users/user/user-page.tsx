import { Badge, Divider, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Copy } from '../../ui/code'
import { AnchorLink } from '../../ui/links'
import { Page } from '../../ui/page'
import { QueryState } from '../../ui/query-state'
import { kindLabel, StateBadge } from '../parts/badges'
import { userLabel } from '../parts/user-label'
import { userQuery } from '../queries'
import { AccountSection } from './account-section'
import { DangerSection } from './danger-section'
import { ImpersonateButton } from './impersonate-button'
import { KeysSection } from './keys-section'
import { SessionsSection } from './sessions-section'
import { SignInSection } from './sign-in-section'
import { TeamsSection } from './teams-section'

/** One user: who they are, how they get in, where they are signed in, and what an admin can do about it. */
export function UserPage() {
  const { id } = useParams({ from: '/shell/users/$id' })
  const user = useQuery(userQuery(id))
  return (
    <Page
      title={user.data ? userLabel(user.data) : 'User'}
      description={<AnchorLink to="/users">All users</AnchorLink>}
      actions={user.data?.kind === 'person' && <ImpersonateButton user={user.data} />}
    >
      <QueryState query={user} rows={8}>
        {(data) => (
          <Stack gap="xl">
            <Group gap="xs">
              <StateBadge user={data} />
              {data.kind !== 'person' && <Badge color="gray">{kindLabel(data.kind)}</Badge>}
              <Text size="xs" c="var(--hf-muted)" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
                {data.id}
              </Text>
              <Copy text={data.id} />
            </Group>
            <AccountSection user={data} />
            {data.kind !== 'service' && (
              <>
                <Divider />
                <SignInSection user={data} />
                <Divider />
                <SessionsSection user={data} />
              </>
            )}
            <TeamsSection user={data} />
            <KeysSection user={data} />
            <Divider />
            <DangerSection user={data} />
          </Stack>
        )}
      </QueryState>
    </Page>
  )
}
