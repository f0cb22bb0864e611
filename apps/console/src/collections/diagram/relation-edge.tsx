import { BaseEdge, type Edge, type EdgeProps, useInternalNode } from '@xyflow/react'
import { type DiagramLine, pathOf } from './geometry'

export type RelationEdgeType = Edge<{ line: DiagramLine }, 'relation'>

/** A relation, from its field to the name of the other collection, wherever the two stand. */
export function RelationEdge({ source, target, data }: EdgeProps<RelationEdgeType>) {
  const from = useInternalNode(source)
  const to = useInternalNode(target)
  if (!from || !to || !data) return null
  return <BaseEdge path={pathOf(data.line, from.internals.positionAbsolute, to.internals.positionAbsolute)} />
}
