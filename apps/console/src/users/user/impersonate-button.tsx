import type { AdminUserDetails } from '@holdfast/contract'
import { Alert, Autocomplete, Button, Text, TextInput } from '@mantine/core'
import { IconUserShare } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useRouteContext } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../../client/client'
import { FormDialog } from '../../ui/form-dialog'
import { redirectsQuery } from './redirects-query'
import { useUserChange } from './use-user-change'

/** Opens an app as the user in another tab; this console stays the admin's. */
export function ImpersonateButton({ user }: { readonly user: AdminUserDetails }) {
  const { user: self } = useRouteContext({ from: '/shell' })
  const [opened, setOpened] = useState(false)
  if (user.disabled || user.id === self.id || user.roles.includes('admin')) return null
  return (
    <>
      <Button variant="default" leftSection={<IconUserShare size={16} />} onClick={() => setOpened(true)}>
        Act as this user
      </Button>
      {opened && <ImpersonateDialog user={user} onClose={() => setOpened(false)} />}
    </>
  )
}

function ImpersonateDialog({ user, onClose }: { readonly user: AdminUserDetails; onClose(): void }) {
  const redirects = useQuery(redirectsQuery).data ?? []
  const [reason, setReason] = useState('')
  const [typed, setTyped] = useState<string>()
  const target = typed ?? redirects[0] ?? ''
  const change = useUserChange()
  const open = async () => {
    const url = await client.admin.users.impersonationLink(user.id, reason, target)
    // The app is another place: it must not reach back into this page.
    window.open(url, '_blank', 'noopener,noreferrer')
    await change(async () => undefined)
    onClose()
  }
  return (
    <FormDialog
      opened
      title="Act as this user"
      label="Open the app"
      disabled={reason.trim().length < 3 || target === ''}
      onSubmit={open}
      onClose={onClose}
    >
      <Text>
        The app opens in a new tab, signed in as {user.email ?? user.id}. The user sees it, with your reason. It ends
        with your own session, or when you end it under Sessions here.
      </Text>
      <TextInput
        label="Reason"
        placeholder="Ticket 4711: cannot see the invoice"
        value={reason}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
        maxLength={500}
        required
        data-autofocus
      />
      <Autocomplete
        label="Page of the app"
        description="Where the app finishes a sign-in by redirect: it exchanges the code it comes with."
        placeholder="https://app.example.com/signed-in"
        data={[...redirects]}
        value={target}
        onChange={setTyped}
        required
      />
      {redirects.length === 0 && typed === undefined && (
        <Alert color="gray">Allow the address of the app first, in the settings auth.redirects.</Alert>
      )}
    </FormDialog>
  )
}
