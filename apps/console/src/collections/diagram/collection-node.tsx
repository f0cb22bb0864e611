import { Handle, type Node, type NodeProps, Position } from '@xyflow/react'
import { memo } from 'react'
import classes from './diagram.module.css'
import type { DiagramField } from './geometry'

export type CollectionNodeType = Node<{ name: string; fields: readonly DiagramField[] }, 'collection'>

/** A collection in the diagram. Its sizes are those of `geometry.ts`, which the lines and the file go by. */
export const CollectionNode = memo(({ data: { name, fields } }: NodeProps<CollectionNodeType>) => (
  <div className={classes.box}>
    <div className={classes.name} title={name}>
      {name}
    </div>
    {fields.map((field) => (
      <div key={field.name} className={classes.field}>
        <span className={classes.fieldName} title={field.name}>
          {field.name}
        </span>
        <span className={classes.fieldType}>{field.type}</span>
      </div>
    ))}
    {fields.length === 0 && <div className={classes.field}>No fields of its own</div>}
    <Handle type="source" position={Position.Right} className={classes.handle!} />
    <Handle type="target" position={Position.Left} className={classes.handle!} />
  </div>
))
