import '@xyflow/react/dist/base.css'
import { useQuery } from '@tanstack/react-query'
import { ReactFlowProvider } from '@xyflow/react'
import { collectionsQuery } from '../../client/collections'
import { Page } from '../../ui/page'
import { QueryState } from '../../ui/query-state'
import { DiagramView } from './diagram-view'

/** Every collection with its fields, and where relations lead. */
export function DiagramPage() {
  const collections = useQuery(collectionsQuery)
  if (collections.data)
    return (
      <ReactFlowProvider>
        <DiagramView collections={collections.data} />
      </ReactFlowProvider>
    )
  return (
    <Page title="Diagram">
      <QueryState query={collections}>{() => null}</QueryState>
    </Page>
  )
}
