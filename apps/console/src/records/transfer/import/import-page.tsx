import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { collectionsQuery } from '../../../client/collections'
import { useReadOnlyReason } from '../../../client/view-as'
import { ReadOnlyNotice } from '../../../permissions/view-as/read-only-notice'
import { ButtonLink } from '../../../ui/links'
import { NotFound } from '../../../ui/not-found'
import { Page } from '../../../ui/page'
import { QueryState } from '../../../ui/query-state'
import { ImportFlow } from './import-flow'

/** Records of one collection from a file. */
export function ImportPage() {
  const { collection: name } = useParams({ from: '/shell/data/$collection/import' })
  const collections = useQuery(collectionsQuery)
  const readOnly = useReadOnlyReason('import records')
  if (collections.data && !collections.data.some((collection) => collection.name === name)) return <NotFound />
  return (
    <Page
      title={`Import into ${name}`}
      actions={
        <ButtonLink to="/data/$collection" params={{ collection: name }} variant="default">
          Back to {name}
        </ButtonLink>
      }
    >
      {readOnly ? (
        <ReadOnlyNotice reason={readOnly} />
      ) : (
        <QueryState query={collections}>
          {(all) => <ImportFlow key={name} collection={all.find((collection) => collection.name === name)!} />}
        </QueryState>
      )}
    </Page>
  )
}
