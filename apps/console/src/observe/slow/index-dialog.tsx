import { useQuery } from '@tanstack/react-query'
import { collectionsQuery } from '../../client/collections'
import { PlanDialog } from '../../collections/change/plan-dialog'

export interface IndexAdvice {
  readonly collection: string
  readonly fields: string[]
}

interface IndexDialogProps {
  readonly index: IndexAdvice
  onMade(): void
  onClose(): void
}

/** What making the index would do, and the button that does it. */
export function IndexDialog({ index: { collection, fields }, onMade, onClose }: IndexDialogProps) {
  const { data } = useQuery(collectionsQuery)
  const definition = data?.find(({ name }) => name === collection)
  if (!definition) return null
  const changed = { ...definition, indexes: [...(definition.indexes ?? []), { fields }] }
  return (
    <PlanDialog
      change={{ collections: [changed] }}
      title={`Index of ${collection} on ${fields.join(', ')}`}
      typed={collection}
      onApplied={onMade}
      onClose={onClose}
    />
  )
}
