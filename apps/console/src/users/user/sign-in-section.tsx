import type { AdminUserDetails, FactorInfo, IdentityInfo } from '@holdfast/contract'
import { Badge, Button, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../client/client'
import { Confirm } from '../../ui/confirm'
import { DataTable } from '../../ui/data-table'
import { notify, notifyError } from '../../ui/notify'
import { QueryState } from '../../ui/query-state'
import { Section } from '../../ui/section'
import { TimeAgo } from '../../ui/time-ago'
import { factorsQuery, identitiesQuery } from '../queries'
import { useUserChange } from './use-user-change'

/** By what the user can sign in, and what to do for somebody who cannot. */
export function SignInSection({ user }: { readonly user: AdminUserDetails }) {
  const canBeWrittenTo = user.kind === 'person' && user.email !== null && !user.disabled
  return (
    <Section title="Signing in" actions={canBeWrittenTo && <MailButtons user={user} />}>
      <Stack gap="md">
        {user.methods.length === 0 ? (
          <Text c="var(--hf-muted)">No way is set up. A mail to reset the password opens one.</Text>
        ) : (
          <Group gap={6}>
            {user.methods.map((method) => (
              <Badge key={method} color="gray">
                {methodNames[method] ?? method}
              </Badge>
            ))}
          </Group>
        )}
        <Identities user={user} />
        <Factors user={user} />
      </Stack>
    </Section>
  )
}

const methodNames: Readonly<Record<string, string>> = {
  password: 'Password',
  totp: 'Authenticator app',
  passkey: 'Passkey',
}

function MailButtons({ user: { id, email, emailIsProven } }: { readonly user: AdminUserDetails }) {
  const [busy, setBusy] = useState(false)
  const send = async (kind: 'reset' | 'verify') => {
    setBusy(true)
    try {
      await client.admin.users.sendMail(id, kind)
      notify(`A mail is on its way to ${email}`)
    } catch (error) {
      notifyError(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      {!emailIsProven && (
        <Button size="xs" variant="default" disabled={busy} onClick={() => void send('verify')}>
          Send verification
        </Button>
      )}
      <Button size="xs" variant="default" disabled={busy} onClick={() => void send('reset')}>
        Send password reset
      </Button>
    </>
  )
}

function Identities({ user }: { readonly user: AdminUserDetails }) {
  const identities = useQuery(identitiesQuery(user.id))
  const [unlinks, setUnlinks] = useState<IdentityInfo>()
  const change = useUserChange()
  return (
    <QueryState query={identities} rows={1}>
      {(rows) => (
        <>
          {rows.length > 0 && (
            <DataTable
              label="Linked providers"
              rows={rows}
              rowKey={({ id }) => id}
              columns={[
                { header: 'Provider', cell: ({ provider }) => provider },
                { header: 'Address there', cell: ({ email }) => email ?? '–' },
                { header: 'Last used', cell: ({ lastUsedAt }) => <TimeAgo at={lastUsedAt} /> },
                {
                  header: 'Actions',
                  bare: true,
                  right: true,
                  cell: (identity) => (
                    <Button
                      size="compact-xs"
                      variant="subtle"
                      color="red"
                      aria-label={`Unlink ${identity.provider}`}
                      onClick={() => setUnlinks(identity)}
                    >
                      Unlink
                    </Button>
                  ),
                },
              ]}
            />
          )}
          <Confirm
            opened={unlinks !== undefined}
            title={`Unlink ${unlinks?.provider}?`}
            label="Unlink"
            danger
            onClose={() => setUnlinks(undefined)}
            onConfirm={() => change(() => client.admin.users.unlink(user.id, unlinks!.id))}
          >
            <Text>The user can no longer sign in by it until they link it again, and is told by mail.</Text>
          </Confirm>
        </>
      )}
    </QueryState>
  )
}

const factorNames = { totp: 'Authenticator app', passkey: 'Passkey' } as const satisfies Record<
  FactorInfo['kind'],
  string
>

function Factors({ user }: { readonly user: AdminUserDetails }) {
  const factors = useQuery(factorsQuery(user.id))
  const [asks, setAsks] = useState(false)
  const change = useUserChange()
  return (
    <QueryState query={factors} rows={1}>
      {(rows) =>
        rows.length > 0 && (
          <Stack gap="xs" align="flex-start">
            <DataTable
              label="Second factors and passkeys"
              rows={rows}
              rowKey={({ id }) => id}
              columns={[
                { header: 'Factor', cell: ({ kind }) => factorNames[kind] },
                { header: 'Name', cell: ({ name }) => name },
                { header: 'Added', cell: ({ createdAt }) => <TimeAgo at={createdAt} /> },
                { header: 'Last used', cell: ({ lastUsedAt }) => <TimeAgo at={lastUsedAt} /> },
              ]}
            />
            <Button size="xs" variant="default" onClick={() => setAsks(true)}>
              Reset factors
            </Button>
            <Confirm
              opened={asks}
              title="Reset all factors?"
              label="Reset factors"
              danger
              onClose={() => setAsks(false)}
              onConfirm={() => change(() => client.admin.users.removeFactors(user.id))}
            >
              <Text>
                For somebody who has lost them: authenticator apps, passkeys and recovery codes go, every session ends,
                and the user is told by mail. Be sure it is them who asks.
              </Text>
            </Confirm>
          </Stack>
        )
      }
    </QueryState>
  )
}
