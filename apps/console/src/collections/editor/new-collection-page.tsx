import type { CollectionDefinition } from '@holdfast/contract'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { collectionsQuery } from '../../client/collections'
import { Page } from '../../ui/page'
import { QueryState } from '../../ui/query-state'
import { copyOf } from '../draft/copy-of'
import { blankCollection } from '../draft/draft'
import { CollectionEditor } from './collection-editor'

/** A collection that is not there yet: from nothing, or as a copy of another. */
export function NewCollectionPage() {
  const { tab = 'fields', from } = useSearch({ from: '/shell/collections/new' })
  const collections = useQuery(collectionsQuery)
  if (!collections.data)
    return (
      <Page title="New collection">
        <QueryState query={collections}>{() => null}</QueryState>
      </Page>
    )
  return <NewCollection key={from ?? ''} all={collections.data} from={from} tab={tab} />
}

interface NewCollectionProps {
  readonly all: readonly CollectionDefinition[]
  readonly from: string | undefined
  readonly tab: typeof import('./editor-tabs').editorTabs[number]
}

function NewCollection({ all, from, tab }: NewCollectionProps) {
  const navigate = useNavigate()
  const begin = useMemo(() => {
    const source = all.find(({ name }) => name === from)
    return source && copyOf(source, all)
  }, [all, from])
  return (
    <CollectionEditor
      id={from ? `new:${from}` : 'new'}
      base={blankCollection}
      {...(begin && { begin })}
      all={all}
      tab={tab}
      onTab={(next) =>
        void navigate({
          to: '/collections/new',
          search: { from, tab: next === 'fields' ? undefined : next },
          replace: true,
        })
      }
      onLeave={() => void navigate({ to: '/collections' })}
      onApplied={(name) => void navigate({ to: '/collections/$name', params: { name } })}
    />
  )
}
