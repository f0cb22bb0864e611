import type { AdminUserDetails, SessionInfo } from '@holdfast/contract'
import { Badge, Button, Stack, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../client/client'
import { Confirm } from '../../ui/confirm'
import { DataTable } from '../../ui/data-table'
import { notifyError } from '../../ui/notify'
import { PageList } from '../../ui/page-list'
import { Section } from '../../ui/section'
import { TimeAgo } from '../../ui/time-ago'
import { sessionsQuery } from '../queries'
import { useUserChange } from './use-user-change'

/** Where the user is signed in, with what, and the way to end it. */
export function SessionsSection({ user: { id, sessions: count } }: { readonly user: AdminUserDetails }) {
  const sessions = useInfiniteQuery(sessionsQuery(id))
  const [asks, setAsks] = useState(false)
  const change = useUserChange()
  const end = (session: SessionInfo) =>
    change(() => client.admin.users.revokeSession(id, session.id)).catch(notifyError)
  return (
    <Section
      title="Sessions"
      actions={
        count > 0 && (
          <Button size="xs" variant="default" onClick={() => setAsks(true)}>
            Sign out everywhere
          </Button>
        )
      }
    >
      <PageList query={sessions} empty={<Text c="var(--hf-muted)">Signed in nowhere.</Text>}>
        {(rows) => (
          <DataTable
            label="Sessions"
            rows={rows}
            rowKey={(session) => session.id}
            columns={[
              { header: 'Device', lead: true, cell: (session) => <Device session={session} /> },
              { header: 'Where', cell: placeOf },
              { header: 'Signed in', cell: ({ createdAt }) => <TimeAgo at={createdAt} />, width: 110 },
              { header: 'Last used', cell: ({ lastUsedAt }) => <TimeAgo at={lastUsedAt} />, width: 110 },
              {
                header: 'Actions',
                bare: true,
                right: true,
                width: 70,
                cell: (session) => (
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    color="red"
                    aria-label={`End the session of ${session.device.name}`}
                    onClick={() => void end(session)}
                  >
                    End
                  </Button>
                ),
              },
            ]}
          />
        )}
      </PageList>
      <Confirm
        opened={asks}
        title="Sign out everywhere?"
        label="Sign out"
        danger
        onClose={() => setAsks(false)}
        onConfirm={() => change(() => client.admin.users.revokeSessions(id))}
      >
        <Text>Every session of the user ends at once, on open connections too. They can sign in again.</Text>
      </Confirm>
    </Section>
  )
}

const placeOf = ({ place, address }: SessionInfo): string =>
  [place?.city, place?.country, address].filter(Boolean).join(', ') || '–'

const methodNames: Readonly<Record<string, string>> = {
  pwd: 'password',
  otp: 'authenticator app',
  swk: 'passkey',
  mail: 'mail',
  sms: 'text message',
  fed: 'another provider',
  impersonation: 'an admin',
}

const Device = ({ session }: { readonly session: SessionInfo }) => (
  <Stack gap={2} align="flex-start" style={{ overflowWrap: 'anywhere' }}>
    <span title={session.userAgent ?? ''}>
      {session.device.name} {session.current && <Badge>This one</Badge>}
    </span>
    <Text size="xs" c="var(--hf-muted)">
      by {session.methods.map((method) => methodNames[method] ?? method).join(' and ')}
    </Text>
    {session.impersonatedBy && (
      <Badge color="orange" style={{ height: 'auto', whiteSpace: 'normal' }}>
        {session.impersonatedBy.email ?? 'An admin'} acts as the user: {session.impersonatedBy.reason}
      </Badge>
    )}
  </Stack>
)
