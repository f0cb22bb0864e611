import type { DeviceKind, SessionInfo } from '@holdfast/contract'
import { Badge, Button, Group, Text } from '@mantine/core'
import {
  IconApps,
  IconDeviceDesktop,
  IconDeviceMobile,
  IconDeviceTablet,
  IconHelpCircle,
  IconRobot,
} from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../client/client'
import { Confirm } from '../ui/confirm'
import { DataTable } from '../ui/data-table'
import { notify, notifyError } from '../ui/notify'
import { QueryState } from '../ui/query-state'
import { Section } from '../ui/section'
import { TimeAgo } from '../ui/time-ago'
import { sessionsKey, sessionsQuery } from './queries'

const pageSize = 20

/** Where the admin is signed in. */
export function SessionsSection() {
  const [limit, setLimit] = useState(pageSize)
  const [asks, setAsks] = useState(false)
  const sessions = useQuery(sessionsQuery(limit))
  const queries = useQueryClient()
  return (
    <Section
      title="Sessions"
      description="Where you are signed in. End what you do not know, then change your password."
      actions={
        (sessions.data?.data.length ?? 0) > 1 && (
          <Button variant="default" onClick={() => setAsks(true)}>
            End all others
          </Button>
        )
      }
    >
      <QueryState query={sessions}>
        {({ data, meta }) => (
          <>
            <SessionList sessions={data} />
            {meta.nextCursor && (
              <Group>
                <Button
                  variant="subtle"
                  size="xs"
                  loading={sessions.isFetching}
                  onClick={() => setLimit(limit + pageSize)}
                >
                  Show more
                </Button>
              </Group>
            )}
          </>
        )}
      </QueryState>
      <Confirm
        opened={asks}
        title="End all other sessions?"
        label="End them"
        danger
        onConfirm={async () => {
          await client.auth.revokeOtherSessions()
          await queries.invalidateQueries({ queryKey: sessionsKey })
          notify('You are signed in only here')
        }}
        onClose={() => setAsks(false)}
      >
        Whoever uses them has to sign in again. This session goes on.
      </Confirm>
    </Section>
  )
}

const icons: Record<DeviceKind, typeof IconRobot> = {
  desktop: IconDeviceDesktop,
  phone: IconDeviceMobile,
  tablet: IconDeviceTablet,
  app: IconApps,
  bot: IconRobot,
  unknown: IconHelpCircle,
}

const proofs: Readonly<Record<string, string>> = {
  pwd: 'Password',
  otp: 'Code',
  swk: 'Passkey',
  hwk: 'Passkey',
  mail: 'Mail',
  sms: 'Phone',
  fed: 'Another provider',
}

const describeProofs = (methods: readonly string[]): string =>
  [...new Set(methods.flatMap((method) => proofs[method] ?? []))].join(', ') || '–'

const describePlace = ({ place, address }: SessionInfo): string =>
  [[place?.city, place?.country].filter(Boolean).join(', '), address].filter(Boolean).join(' · ') || '–'

function SessionList({ sessions }: { readonly sessions: readonly SessionInfo[] }) {
  const queries = useQueryClient()
  const revoke = useMutation({
    mutationFn: (id: string) => client.auth.revokeSession(id),
    onSuccess: () => queries.invalidateQueries({ queryKey: sessionsKey }),
    onError: notifyError,
  })
  return (
    <DataTable
      label="Sessions"
      rows={sessions}
      rowKey={({ id }) => id}
      columns={[
        { header: 'Device', cell: (session) => <Device {...session} /> },
        { header: 'From', cell: describePlace },
        { header: 'Proved by', cell: ({ methods }) => describeProofs(methods), width: 140 },
        { header: 'Signed in', cell: ({ createdAt }) => <TimeAgo at={createdAt} />, width: 120 },
        { header: 'Last used', cell: ({ lastUsedAt }) => <TimeAgo at={lastUsedAt} />, width: 120 },
        {
          header: '',
          right: true,
          width: 90,
          cell: ({ id, current, device }) =>
            !current && (
              <Button
                size="compact-sm"
                variant="subtle"
                color="red"
                aria-label={`End the session on ${device.name}`}
                loading={revoke.isPending && revoke.variables === id}
                onClick={() => revoke.mutate(id)}
              >
                End
              </Button>
            ),
        },
      ]}
    />
  )
}

function Device({ device, current, impersonatedBy }: SessionInfo) {
  const Icon = icons[device.kind]
  return (
    <Group gap="xs">
      <Icon size={16} stroke={1.6} />
      <Text span>{device.name}</Text>
      {current && <Badge>This one</Badge>}
      {impersonatedBy && <Badge color="orange">Opened by {impersonatedBy.email ?? 'an admin'}</Badge>}
    </Group>
  )
}
