import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { ButtonLink } from '../../../ui/links'
import { Page } from '../../../ui/page'
import { Problem } from '../../../ui/problem'
import { QueryState } from '../../../ui/query-state'
import { fullTime } from '../../../ui/time-ago'
import { backupQuery } from '../queries'
import { RestoreForm } from './restore-form'

/** Puts records of one backup back: first tried, then done. */
export function RestorePage() {
  const { name } = useParams({ from: '/shell/settings/backups/$name' })
  const backup = useQuery(backupQuery(name))
  const back = (
    <ButtonLink to="/settings/backups" variant="default">
      All backups
    </ButtonLink>
  )
  if (backup.isError)
    return (
      <Page title="Restore" actions={back}>
        <Problem error={backup.error} onRetry={() => void backup.refetch()} />
      </Page>
    )
  const about = backup.data && `The backup of ${fullTime(new Date(backup.data.createdAt))}.`
  return (
    <Page
      title="Restore"
      description={about && `${about} Passwords, sessions and keys stay as they are today.`}
      actions={back}
    >
      <QueryState query={backup}>{(found) => <RestoreForm key={name} backup={found} />}</QueryState>
    </Page>
  )
}
