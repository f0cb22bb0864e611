// biome-ignore-all lint/a11y/useSemanticElements: elements of tables cannot be placed by a virtual grid
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names the active cell
import { IconArrowsDiagonal, IconCheck } from '@tabler/icons-react'
import { memo, type ReactNode } from 'react'
import { ExplainButton } from '../../permissions/explain/explain-button'
import { IconLink } from '../../ui/links'
import { isNumeric } from '../cells/field-text'
import { FieldValue } from '../cells/field-value'
import type { Draft } from './cell-edits'
import classes from './grid.module.css'
import type { GridColumn } from './grid-columns'
import { parseGridSearch } from './grid-search'
import { expandedOf, type GridRecord, highlightOf } from './record-list'

/** The columns that are drawn: the first where it is pinned, and those in sight. */
export interface ShownColumns {
  readonly pinned: GridColumn | undefined
  readonly columns: readonly GridColumn[]
  /** Number of the first of them. */
  readonly first: number
  /** Width of what lies left of them, and right of them. */
  readonly before: number
  readonly after: number
}

interface GridRowProps {
  readonly collection: string
  readonly index: number
  readonly y: number
  readonly width: number
  readonly record: GridRecord | undefined
  readonly shown: ShownColumns
  /** Number of the column the cursor is in; -1 where it is in another row. */
  readonly active: number
  readonly isSelected: boolean
  readonly isGone: boolean
  readonly drafts: ReadonlyMap<string, Draft> | undefined
  /** The input in the cell that is edited. */
  readonly editor: ReactNode
  readonly editing: number
}

/** One record. What was clicked is read from the data attributes by the grid. */
export const GridRow = memo(function GridRow(props: GridRowProps) {
  const { index, y, width, shown, isSelected, isGone } = props
  const { pinned, columns, first, before, after } = shown
  return (
    <div
      role="row"
      className={classes.row}
      style={{ transform: `translateY(${y}px)`, width, ...(props.editor !== undefined && { zIndex: 2 }) }}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      data-row={index}
      data-gone={isGone || undefined}
    >
      <div
        role="gridcell"
        className={`${classes.cell} ${classes.check} ${classes.pinned}`}
        aria-colindex={1}
        data-check
      >
        <span className={classes.box} data-checked={isSelected || undefined}>
          {isSelected && <IconCheck size={11} stroke={3.4} />}
        </span>
        <span hidden>{isSelected ? 'selected' : 'not selected'}</span>
      </div>
      {pinned && <GridCell {...props} column={pinned} place={0} isPinned />}
      <div style={{ flex: 'none', width: before }} />
      {columns.map((column, offset) => (
        <GridCell key={column.field.name} {...props} column={column} place={first + offset} />
      ))}
      <div style={{ flex: 'none', width: after }} />
    </div>
  )
})

interface GridCellProps extends GridRowProps {
  readonly column: GridColumn
  readonly place: number
  readonly isPinned?: boolean
}

function GridCell(props: GridCellProps) {
  const { index, record, column, place, active, drafts, editor, editing, isPinned, collection } = props
  const { field, width } = column
  const draft = drafts?.get(field.name)
  const isEdited = editing === place && editor !== undefined
  const names = [
    classes.cell,
    isNumeric(field) && classes.right,
    isPinned && `${classes.pinned} ${classes.edge}`,
    active === place && classes.active,
    draft && (draft.error ? classes.failed : classes.pending),
  ]
  return (
    <div
      role="gridcell"
      id={cellId(index, place)}
      className={names.filter(Boolean).join(' ')}
      style={{ width, ...(isPinned && { left: 40 }), ...(isEdited && { zIndex: 5 }) }}
      aria-colindex={place + 2}
      aria-invalid={draft?.error ? true : undefined}
      data-col={place}
      title={draft?.error}
    >
      {record && !draft && !(field.name in record) ? (
        <HiddenValue collection={collection} id={record.id} field={field.name} />
      ) : record ? (
        <FieldValue
          field={field}
          value={draft ? draft.value : record[field.name]}
          expanded={draft ? undefined : expandedOf(record, field.name)}
          highlight={draft ? undefined : highlightOf(record, field.name)}
        />
      ) : (
        <span className={classes.waiting} />
      )}
      {record && place === 0 && <OpenLink collection={collection} id={record.id} />}
      {isEdited && editor}
    </div>
  )
}

/** The field is closed in this record to whomever the console looks as. */
const HiddenValue = ({ collection, id, field }: { collection: string; id: string; field: string }) => (
  <>
    <span className={classes.hidden}>hidden</span>
    <ExplainButton compact collection={collection} action="read" id={id} field={field} />
  </>
)

const OpenLink = ({ collection, id }: { readonly collection: string; readonly id: string }) => (
  <IconLink
    to="/data/$collection/$id"
    params={{ collection, id }}
    search={parseGridSearch}
    className={classes.open!}
    variant="default"
    size="sm"
    tabIndex={-1}
    aria-label="Open record"
    title="Open record (Shift Enter)"
  >
    <IconArrowsDiagonal size={13} />
  </IconLink>
)

export const cellId = (row: number, column: number): string => `cell-${row}-${column}`
