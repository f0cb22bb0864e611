import { Graph, layout } from '@dagrejs/dagre'
import type { CollectionDefinition } from '@holdfast/contract'
import {
  type Diagram,
  type DiagramBox,
  type DiagramLine,
  fieldsOf,
  heightOf,
  idOf,
  linesOf,
  type Point,
  sizes,
} from './geometry'

/** A place for every collection: those with relations in the order they lead to each other, the others in rows below. */
export function layOut(collections: readonly CollectionDefinition[]): Diagram {
  const lines = linesOf(collections)
  const connected = new Set(lines.flatMap(({ source, target }) => [source, target]))
  const boxes = collections.map(
    (collection): DiagramBox => ({
      id: idOf(collection),
      name: collection.name,
      fields: fieldsOf(collection),
      x: 0,
      y: 0,
    }),
  )
  const placed = placeConnected(
    boxes.filter(({ id }) => connected.has(id)),
    lines,
  )
  const bottom = Math.max(-60, ...placed.map(({ y, fields }) => y + heightOf(fields.length)))
  return {
    boxes: [
      ...placed,
      ...placeInRows(
        boxes.filter(({ id }) => !connected.has(id)),
        bottom + 60,
      ),
    ],
    lines,
  }
}

function placeConnected(boxes: readonly DiagramBox[], lines: readonly DiagramLine[]): DiagramBox[] {
  const graph = new Graph({ multigraph: true })
  graph.setGraph({ rankdir: 'LR', nodesep: 36, ranksep: 110 })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const { id, fields } of boxes) graph.setNode(id, { width: sizes.width, height: heightOf(fields.length) })
  for (const { id, source, target } of lines) if (source !== target) graph.setEdge(source, target, {}, id)
  layout(graph)
  return boxes.map((box) => {
    const { x, y } = graph.node(box.id) as Point
    return { ...box, x: Math.round(x - sizes.width / 2), y: Math.round(y - heightOf(box.fields.length) / 2) }
  })
}

const columns = 4

function placeInRows(boxes: readonly DiagramBox[], top: number): DiagramBox[] {
  let y = top
  return boxes.map((box, index) => {
    const column = index % columns
    if (column === 0 && index > 0)
      y += Math.max(...boxes.slice(index - columns, index).map(({ fields }) => heightOf(fields.length))) + 36
    return { ...box, x: column * (sizes.width + 48), y }
  })
}
