// biome-ignore-all lint/a11y/useSemanticElements: elements of tables cannot be placed by a virtual grid
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names the active cell
import { IconArrowDown, IconArrowUp, IconCheck, IconMinus } from '@tabler/icons-react'
import { type DragEvent, type PointerEvent, useRef, useState } from 'react'
import { isNumeric } from '../cells/field-text'
import classes from './grid.module.css'
import { type GridColumn, isSortable, maxWidth, minWidth } from './grid-columns'
import type { ShownColumns } from './grid-row'

/** Its height. */
export const headHeight = 36

interface GridHeadProps {
  readonly width: number
  readonly shown: ShownColumns
  readonly sort: readonly string[]
  readonly isAllSelected: boolean
  readonly isSomeSelected: boolean
  onToggleAll(): void
  onSort(name: string, more: boolean): void
  onResize(name: string, width: number): void
  /** Puts a column before or after another. */
  onMove(name: string, target: string, side: 'before' | 'after'): void
}

/** The names of the columns: a click sorts, the edge resizes, dragging moves. */
export function GridHead({ width, shown, isAllSelected, isSomeSelected, onToggleAll, ...rest }: GridHeadProps) {
  const { pinned, columns, first, before, after } = shown
  return (
    <div role="row" className={classes.headRow} style={{ width }} aria-rowindex={1}>
      <div role="columnheader" className={`${classes.head} ${classes.check} ${classes.pinned}`} aria-colindex={1}>
        <button
          type="button"
          className={classes.sort}
          style={{ justifyContent: 'center', padding: 0 }}
          onClick={onToggleAll}
          aria-label={isAllSelected ? 'Select none' : 'Select the records that are loaded'}
        >
          <span className={classes.box} data-checked={isAllSelected || isSomeSelected || undefined}>
            {isAllSelected ? (
              <IconCheck size={11} stroke={3.4} />
            ) : (
              isSomeSelected && <IconMinus size={11} stroke={3.4} />
            )}
          </span>
        </button>
      </div>
      {pinned && <HeadCell column={pinned} place={0} isPinned {...rest} />}
      <div style={{ flex: 'none', width: before }} />
      {columns.map((column, offset) => (
        <HeadCell key={column.field.name} column={column} place={first + offset} {...rest} />
      ))}
      <div style={{ flex: 'none', width: after }} />
    </div>
  )
}

interface HeadCellProps extends Pick<GridHeadProps, 'sort' | 'onSort' | 'onResize' | 'onMove'> {
  readonly column: GridColumn
  readonly place: number
  readonly isPinned?: boolean
}

const dragType = 'application/x-holdfast-column'

function HeadCell({ column, place, isPinned, sort, onSort, onResize, onMove }: HeadCellProps) {
  const { field, width } = column
  const { name } = field
  const [drop, setDrop] = useState<'before' | 'after'>()
  const key = sort.find((candidate) => candidate === name || candidate === `-${name}`)
  const direction = key === undefined ? undefined : key.startsWith('-') ? 'descending' : 'ascending'
  const sideOf = ({ clientX, currentTarget }: DragEvent<HTMLElement>) => {
    const box = currentTarget.getBoundingClientRect()
    return clientX < box.left + box.width / 2 ? 'before' : 'after'
  }
  return (
    <div
      role="columnheader"
      className={`${classes.head} ${isPinned ? `${classes.pinned} ${classes.edge}` : ''}`}
      style={{ width, ...(isPinned && { left: 40, background: 'var(--hf-sunken)' }) }}
      aria-colindex={place + 2}
      aria-sort={direction ?? (isSortable(field) ? 'none' : undefined)}
      data-drop={drop}
      draggable
      onDragStart={(event) => {
        event.dataTransfer.setData(dragType, name)
        event.dataTransfer.effectAllowed = 'move'
      }}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(dragType)) return
        event.preventDefault()
        setDrop(sideOf(event))
      }}
      onDragLeave={() => setDrop(undefined)}
      onDrop={(event) => {
        event.preventDefault()
        setDrop(undefined)
        const dragged = event.dataTransfer.getData(dragType)
        if (dragged && dragged !== name) onMove(dragged, name, sideOf(event))
      }}
    >
      {isSortable(field) ? (
        <button
          type="button"
          className={`${classes.sort} ${isNumeric(field) ? classes.right : ''}`}
          data-sorted={direction}
          onClick={(event) => onSort(name, event.shiftKey)}
          title={field.description ?? name}
        >
          <span>{name}</span>
          {direction === 'ascending' && <IconArrowUp size={13} style={{ flex: 'none' }} />}
          {direction === 'descending' && <IconArrowDown size={13} style={{ flex: 'none' }} />}
          {key && sort.length > 1 && <small>{sort.indexOf(key) + 1}</small>}
        </button>
      ) : (
        <div className={classes.sort} style={{ cursor: 'default' }} title={field.description ?? name}>
          <span>{name}</span>
        </div>
      )}
      <Grip width={width} onResize={(next) => onResize(name, next)} />
    </div>
  )
}

/** The edge of a column, to drag; by keyboard the Columns menu takes a width. */
function Grip({ width, onResize }: { readonly width: number; onResize(width: number): void }) {
  const began = useRef<{ readonly x: number; readonly width: number }>(undefined)
  const follow = (event: PointerEvent) => {
    if (!began.current) return
    const next = began.current.width + event.clientX - began.current.x
    onResize(Math.round(Math.min(maxWidth, Math.max(minWidth, next))))
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: for the pointer alone
    <div
      className={classes.grip}
      draggable
      onDragStart={(event) => event.preventDefault()}
      onPointerDown={(event) => {
        event.stopPropagation()
        event.currentTarget.setPointerCapture(event.pointerId)
        began.current = { x: event.clientX, width }
      }}
      onPointerMove={follow}
      onPointerUp={() => {
        began.current = undefined
      }}
    />
  )
}
