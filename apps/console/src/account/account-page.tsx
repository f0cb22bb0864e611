import { Stack } from '@mantine/core'
import { useRouteContext } from '@tanstack/react-router'
import { Page } from '../ui/page'
import { AppSection } from './app-section'
import { PasskeysSection } from './passkeys-section'
import { PasswordSection } from './password-section'
import { SessionsSection } from './sessions-section'

/** How the admin signs in, and where they are signed in. */
export function AccountPage() {
  const { user } = useRouteContext({ from: '/shell' })
  return (
    <Page title="Your account" description={user.email ?? user.id}>
      <Stack gap={40}>
        <PasswordSection email={user.email ?? undefined} />
        <PasskeysSection />
        <AppSection />
        <SessionsSection />
      </Stack>
    </Page>
  )
}
