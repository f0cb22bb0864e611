import { IconKey } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { EmptyState } from '../../ui/empty-state'
import { ButtonLink } from '../../ui/links'
import { Page } from '../../ui/page'
import { PageList } from '../../ui/page-list'
import { PeopleTabs } from '../parts/people-tabs'
import { keysQuery } from '../queries'
import { KeysTable } from './keys-table'

export function KeysPage() {
  const keys = useInfiniteQuery(keysQuery())
  const make = <ButtonLink to="/api-keys/new">New key</ButtonLink>
  return (
    <Page title="API keys" description="Programs come with a key in place of a session." actions={make}>
      <PeopleTabs />
      <PageList
        query={keys}
        empty={
          <EmptyState icon={IconKey} title="There are no keys" action={make}>
            A secret key is for your servers. A publishable key names an app and may be seen by anyone.
          </EmptyState>
        }
      >
        {(rows) => <KeysTable keys={rows} />}
      </PageList>
    </Page>
  )
}
