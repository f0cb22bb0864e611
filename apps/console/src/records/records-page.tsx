import { useQuery } from '@tanstack/react-query'
import { Outlet, useParams } from '@tanstack/react-router'
import { collectionsQuery } from '../client/collections'
import { useReadable } from '../client/readable'
import { ButtonLink } from '../ui/links'
import { Page } from '../ui/page'
import { Problem } from '../ui/problem'
import { QueryState } from '../ui/query-state'
import { RecordsGrid } from './grid/records-grid'

/** The records of one collection; a record opens over them. */
export function RecordsPage() {
  const { collection: name } = useParams({ from: '/shell/data/$collection' })
  const collections = useQuery(collectionsQuery)
  const definition = collections.data?.find((collection) => collection.name === name)
  const readable = useReadable()
  if (definition && readable.isKnown) return <RecordsGrid key={name} definition={definition} />
  return (
    <Page title={name} full>
      <QueryState query={collections} rows={8}>
        {(all) =>
          all.some((collection) => collection.name === name) ? (
            readable.error && <Problem error={readable.error} />
          ) : (
            <Problem
              error={new Error(`There is no collection ${name}`)}
              actions={
                <ButtonLink to="/collections" size="xs" variant="default">
                  All collections
                </ButtonLink>
              }
            />
          )
        }
      </QueryState>
      <Outlet />
    </Page>
  )
}
