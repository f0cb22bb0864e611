import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { collectionsQuery } from '../../client/collections'
import { ButtonLink } from '../../ui/links'
import { Page } from '../../ui/page'
import { QueryState } from '../../ui/query-state'
import { CollectionEditor } from './collection-editor'

/** One collection, to look at and to change. */
export function CollectionPage() {
  const { name } = useParams({ from: '/shell/collections/$name' })
  const { tab = 'fields' } = useSearch({ from: '/shell/collections/$name' })
  const navigate = useNavigate()
  const collections = useQuery(collectionsQuery)
  if (!collections.data)
    return (
      <Page title={name}>
        <QueryState query={collections}>{() => null}</QueryState>
      </Page>
    )
  const base = collections.data.find((collection) => collection.name === name)
  if (!base)
    return (
      <Page
        title="There is no such collection"
        description={`Nothing is called ${name}. It may have been renamed or deleted.`}
      >
        <ButtonLink to="/collections" variant="default">
          See all collections
        </ButtonLink>
      </Page>
    )
  return (
    <CollectionEditor
      key={base.id}
      id={base.id!}
      base={base}
      all={collections.data}
      tab={tab}
      onTab={(next) =>
        void navigate({
          to: '/collections/$name',
          params: { name },
          search: { tab: next === 'fields' ? undefined : next },
          replace: true,
        })
      }
      onApplied={(next) => {
        if (next !== name) void navigate({ to: '/collections/$name', params: { name: next }, replace: true })
      }}
    />
  )
}
