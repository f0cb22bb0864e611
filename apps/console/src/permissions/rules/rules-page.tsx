import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { collectionsQuery } from '../../client/collections'
import { NotFound } from '../../ui/not-found'
import { Page } from '../../ui/page'
import { QueryState } from '../../ui/query-state'
import { RulesEditor } from './rules-editor'

/** The rules of one collection. */
export function RulesPage() {
  const { collection: name } = useParams({ from: '/shell/permissions/$collection' })
  const collections = useQuery(collectionsQuery)
  const found = collections.data?.find((collection) => collection.name === name)
  if (collections.data && !found) return <NotFound />
  if (collections.data && found) return <RulesEditor key={name} collection={found} collections={collections.data} />
  return (
    <Page title={`Rules of ${name}`}>
      <QueryState query={collections}>{() => null}</QueryState>
    </Page>
  )
}
