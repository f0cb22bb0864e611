import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { NotFound } from '../ui/not-found'
import { Page } from '../ui/page'
import { QueryState } from '../ui/query-state'
import { SectionForm } from './section-form'
import { titleOf } from './settings-places'
import { settingsQuery } from './settings-queries'
import { TestMail } from './test-mail'

/** One section of settings. */
export function SectionPage() {
  const { section: name } = useParams({ from: '/shell/settings/$section' })
  const settings = useQuery(settingsQuery)
  const found = settings.data?.find(({ section }) => section === name)
  if (settings.data && !found) return <NotFound />
  return (
    <Page title={titleOf(name)} description={found?.description}>
      <QueryState query={settings}>{() => found && <SectionForm key={name} section={found} />}</QueryState>
      {name === 'mail' && <TestMail />}
    </Page>
  )
}
