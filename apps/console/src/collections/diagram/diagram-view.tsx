import type { CollectionDefinition } from '@holdfast/contract'
import { Button, useComputedColorScheme } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type FitViewOptions, ReactFlow, useNodesState, useReactFlow } from '@xyflow/react'
import { useEffect, useMemo, useState } from 'react'
import { Page } from '../../ui/page'
import { saveFile } from '../../ui/save-file'
import { CollectionNode, type CollectionNodeType } from './collection-node'
import classes from './diagram.module.css'
import { DiagramControls } from './diagram-controls'
import { DiagramList } from './diagram-list'
import { type Diagram, heightOf, sizes } from './geometry'
import { forgetPlaces, keepPlace, withKeptPlaces } from './kept-places'
import { layOut } from './lay-out'
import { RelationEdge, type RelationEdgeType } from './relation-edge'
import { toSvg } from './to-svg'

/** Leaves room for the buttons at the right. */
const fitting: FitViewOptions = { maxZoom: 1, padding: { top: '24px', left: '24px', bottom: '24px', right: '76px' } }

const nodeTypes = { collection: CollectionNode }
const edgeTypes = { relation: RelationEdge }

/** The diagram to move about in, and beside it the same as a list. */
export function DiagramView({ collections }: { readonly collections: readonly CollectionDefinition[] }) {
  const { find = '' } = useSearch({ from: '/shell/collections/diagram' })
  const navigate = useNavigate()
  const flow = useReactFlow()
  const scheme = useComputedColorScheme('light')
  const diagram = useMemo(() => layOut(collections), [collections])
  const [nodes, setNodes, onNodesChange] = useNodesState<CollectionNodeType>([])
  const found = useMemo(() => findBoxes(diagram, find), [diagram, find])
  useEffect(() => setNodes(nodesOf(withKeptPlaces(diagram), found)), [diagram, found, setNodes])
  const [pointed, setPointed] = useState<string>()
  const edges = useMemo(() => edgesOf(diagram, found, pointed), [diagram, found, pointed])
  const open = (id: string) => {
    const name = diagram.boxes.find((box) => box.id === id)?.name
    if (name) void navigate({ to: '/collections/$name', params: { name } })
  }
  const show = (id: string) => void flow.fitView({ nodes: [{ id }], maxZoom: 1.1, padding: 0.6, duration: 200 })
  const download = () => {
    const places = new Map(nodes.map(({ id, position }) => [id, position]))
    const boxes = diagram.boxes.map((box) => ({ ...box, ...places.get(box.id) }))
    saveFile('collections.svg', toSvg({ ...diagram, boxes }), 'image/svg+xml')
  }
  return (
    <Page
      title="Diagram"
      full
      actions={
        <Button variant="default" leftSection={<IconDownload size={16} />} onClick={download}>
          Download SVG
        </Button>
      }
    >
      <div className={classes.frame}>
        <DiagramList
          diagram={diagram}
          found={found}
          find={find}
          onFind={(text) =>
            void navigate({ to: '/collections/diagram', search: { find: text || undefined }, replace: true })
          }
          onShow={show}
        />
        <section className={classes.canvas} aria-label="Diagram of the collections">
          <ReactFlow
            nodes={nodes}
            edges={edges}
            nodeTypes={nodeTypes}
            edgeTypes={edgeTypes}
            onNodesChange={onNodesChange}
            onNodeClick={(_, { id }) => open(id)}
            onNodeMouseEnter={(_, { id }) => setPointed(id)}
            onNodeMouseLeave={() => setPointed(undefined)}
            onNodeDragStop={(_, { id, position }) => keepPlace(id, position)}
            onKeyDown={(event) => {
              const id = (event.target as HTMLElement).closest<HTMLElement>('.react-flow__node')?.dataset['id']
              if (event.key === 'Enter' && id) open(id)
            }}
            colorMode={scheme}
            nodesConnectable={false}
            edgesFocusable={false}
            elementsSelectable={false}
            deleteKeyCode={null}
            minZoom={0.1}
            maxZoom={2}
            fitView
            fitViewOptions={fitting}
            proOptions={{ hideAttribution: true }}
          >
            <DiagramControls
              onFit={() => void flow.fitView(fitting)}
              onArrange={() => {
                forgetPlaces()
                setNodes(nodesOf(diagram, found))
                requestAnimationFrame(() => void flow.fitView(fitting))
              }}
            />
          </ReactFlow>
        </section>
      </div>
    </Page>
  )
}

/** The boxes a search is about; undefined when it is about none in particular. */
function findBoxes({ boxes }: Diagram, find: string): ReadonlySet<string> | undefined {
  const text = find.trim().toLowerCase()
  if (text === '') return undefined
  const found = boxes.filter(({ name, fields }) =>
    [name, ...fields.map((field) => field.name)].some((one) => one.toLowerCase().includes(text)),
  )
  return new Set(found.map(({ id }) => id))
}

const nodesOf = ({ boxes }: Diagram, found: ReadonlySet<string> | undefined): CollectionNodeType[] =>
  boxes.map(({ id, name, fields, x, y }) => ({
    id,
    type: 'collection' as const,
    position: { x, y },
    data: { name, fields },
    width: sizes.width,
    height: heightOf(fields.length),
    ariaLabel: `${name}, ${fields.length} fields`,
    className: found && !found.has(id) ? classes.dim! : '',
  }))

const edgesOf = (
  { lines }: Diagram,
  found: ReadonlySet<string> | undefined,
  pointed: string | undefined,
): RelationEdgeType[] =>
  lines.map((line) => ({
    id: line.id,
    source: line.source,
    target: line.target,
    type: 'relation' as const,
    data: { line },
    ariaLabel: line.label,
    className:
      found && !found.has(line.source) && !found.has(line.target)
        ? classes.dim!
        : line.source === pointed || line.target === pointed
          ? classes.lit!
          : '',
    zIndex: line.source === pointed || line.target === pointed ? 10 : 0,
  }))
