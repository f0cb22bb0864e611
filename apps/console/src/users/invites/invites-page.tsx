import type { Invite } from '@holdfast/contract'
import { Button, Group, Text } from '@mantine/core'
import { IconMail, IconUserPlus } from '@tabler/icons-react'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../../client/client'
import { Confirm } from '../../ui/confirm'
import { DataTable } from '../../ui/data-table'
import { EmptyState } from '../../ui/empty-state'
import { notify, notifyError } from '../../ui/notify'
import { Page } from '../../ui/page'
import { PageList } from '../../ui/page-list'
import { TimeAgo } from '../../ui/time-ago'
import { RoleBadges } from '../parts/badges'
import { PeopleTabs } from '../parts/people-tabs'
import { invitesQuery } from '../queries'
import { InviteDialog } from './invite-dialog'
import { InviteLink } from './invite-link'

/** Invitations that wait: sent, sent again, taken back. */
export function InvitesPage() {
  const { send = false } = useSearch({ from: '/shell/invites' })
  const navigate = useNavigate({ from: '/invites' })
  const invites = useInfiniteQuery(invitesQuery)
  const queries = useQueryClient()
  const [sent, setSent] = useState<Invite>()
  const [revokes, setRevokes] = useState<Invite>()
  const refresh = () => queries.invalidateQueries({ queryKey: invitesQuery.queryKey })
  const close = () => void navigate({ search: {}, replace: true })
  const onSent = async (invite: Invite) => {
    await refresh()
    if (invite.link) setSent(invite)
    else notify(`An invitation is on its way to ${invite.email}`)
  }
  const resend = async ({ id }: Invite) => {
    try {
      await onSent(await client.admin.users.resendInvite(id))
    } catch (error) {
      notifyError(error)
    }
  }
  const open = (
    <Button leftSection={<IconUserPlus size={16} />} onClick={() => void navigate({ search: { send: true } })}>
      Invite
    </Button>
  )
  return (
    <Page
      title="Invitations"
      description="A mail with a link, good for seven days and once. Who follows it gets an account with these roles."
      actions={open}
    >
      <PeopleTabs />
      <PageList
        query={invites}
        empty={
          <EmptyState icon={IconMail} title="No invitation waits" action={open}>
            Those that are accepted are users by now; those that nobody accepted in seven days are over.
          </EmptyState>
        }
      >
        {(rows) => (
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
              { header: 'Roles', cell: ({ roles }) => <RoleBadges roles={roles} /> },
              { header: 'Sent', cell: ({ createdAt }) => <TimeAgo at={createdAt} /> },
              { header: 'Good until', cell: ({ expiresAt }) => <TimeAgo at={expiresAt} /> },
              {
                header: 'Actions',
                bare: true,
                right: true,
                cell: (invite) => (
                  <Group gap={4} justify="flex-end" wrap="nowrap">
                    <Button
                      size="compact-xs"
                      variant="subtle"
                      aria-label={`Send again to ${invite.email}`}
                      onClick={() => void resend(invite)}
                    >
                      Send again
                    </Button>
                    <Button
                      size="compact-xs"
                      variant="subtle"
                      color="red"
                      aria-label={`Take back from ${invite.email}`}
                      onClick={() => setRevokes(invite)}
                    >
                      Take back
                    </Button>
                  </Group>
                ),
              },
            ]}
          />
        )}
      </PageList>
      {send && <InviteDialog onClose={close} onSent={onSent} />}
      {sent && <InviteLink invite={sent} onClose={() => setSent(undefined)} />}
      <Confirm
        opened={revokes !== undefined}
        title="Take the invitation back?"
        label="Take back"
        danger
        onClose={() => setRevokes(undefined)}
        onConfirm={async () => {
          await client.admin.users.revokeInvite(revokes!.id)
          await refresh()
        }}
      >
        <Text>The link that went to {revokes?.email} is void at once.</Text>
      </Confirm>
    </Page>
  )
}
