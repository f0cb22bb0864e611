import { Alert } from '@mantine/core'
import { IconInfoCircle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { setupQuery } from './queries'

/** Where nobody can sign in yet: how the first one comes in. */
export function NoAdminYet() {
  const { data } = useQuery(setupQuery)
  if (!data || data.ready) return null
  return (
    <Alert icon={<IconInfoCircle size={18} />} title="This server has no admin yet" variant="light">
      It printed a link when it started: open that to make the first one. A restart prints a new link.
    </Alert>
  )
}
