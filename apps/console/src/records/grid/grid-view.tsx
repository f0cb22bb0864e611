// biome-ignore-all lint/a11y/useSemanticElements: elements of tables cannot be placed by a virtual grid
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names the active cell
import type { CollectionDefinition, Json } from '@holdfast/contract'
import { useMediaQuery } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import { type MouseEvent, type ReactNode, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { isSystemField } from '../../client/record-fields'
import { notify } from '../../ui/notify'
import { fieldText } from '../cells/field-text'
import { CellEditor } from './cell-editor'
import { whyReadOnly } from './cell-edits'
import { placeOf } from './cell-place'
import classes from './grid.module.css'
import type { GridColumn } from './grid-columns'
import { GridHead, headHeight } from './grid-head'
import { cellId, GridRow } from './grid-row'
import { parseGridSearch } from './grid-search'
import { RecordCards } from './record-cards'
import type { GridRecord, RecordList } from './record-list'
import { columnsInSight, leftFor, totalWidth } from './shown-columns'
import type { useCellEdits } from './use-cell-edits'
import { type Cursor, onGridKey } from './use-grid-keys'
import type { RowSelection } from './use-row-selection'
import { useRowsInSight } from './use-rows-in-sight'

const sizes = { height: 34, head: headHeight }

/** The cell that is edited, and its record as it was when that began. */
interface EditedCell extends Cursor {
  readonly id: string
  readonly record: GridRecord
}

interface GridViewProps {
  readonly definition: CollectionDefinition
  readonly list: RecordList
  readonly columns: readonly GridColumn[]
  readonly isPinned: boolean
  readonly sort: readonly string[]
  readonly selection: RowSelection
  readonly edits: ReturnType<typeof useCellEdits>
  /** Why nothing can be written here at all. */
  readonly readOnly: string | undefined
  onSort(name: string, more: boolean): void
  onResize(name: string, width: number): void
  onMove(name: string, target: string, side: 'before' | 'after'): void
  onDelete(id: string | undefined): void
  /** In place of rows. */
  readonly children?: ReactNode
}

/** The grid itself: on a phone a list of records. */
export function GridView(props: GridViewProps) {
  const isPhone = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false }) ?? false
  return isPhone ? <RecordCards {...props} /> : <CellGrid {...props} />
}

/** Rows and columns in sight, a cell cursor, editing in place. */
function CellGrid(props: GridViewProps) {
  const { definition, list, columns, isPinned, sort, selection, edits, readOnly, children } = props
  const scroller = useRef<HTMLDivElement>(null)
  const [cursor, setCursor] = useState<Cursor>({ row: 0, column: 0 })
  const [editing, setEditing] = useState<EditedCell>()
  const rows = useRowsInSight(scroller, list, sizes, (by) =>
    setCursor(({ row, column }) => ({ row: Math.max(0, row + by), column })),
  )
  const navigate = useNavigate()
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins at its top
  useLayoutEffect(() => {
    setCursor(({ column }) => ({ row: 0, column }))
    setEditing(undefined)
  }, [list])

  const shown = useMemo(
    () => columnsInSight(columns, isPinned, rows.left, rows.width),
    [columns, isPinned, rows.left, rows.width],
  )
  const reveal = ({ row, column }: Cursor) => {
    const { height } = sizes
    const y = row * height
    if (y < rows.top) rows.scrollTo(y)
    else if (y + height > rows.top + rows.height) rows.scrollTo(y + height - rows.height)
    if (scroller.current) scroller.current.scrollLeft = leftFor(columns, isPinned, column, rows.left, rows.width)
  }
  const move = (next: Cursor) => {
    setCursor(next)
    reveal(next)
  }
  const focus = () => scroller.current?.focus({ preventScroll: true })
  const edit = (at: Cursor = cursor) => {
    const record = list.row(at.row)
    const field = columns[at.column]?.field
    if (!record || !field) return
    const reason = readOnly ?? whyReadOnly(field, record, isSystemField(field.name))
    if (reason) return notify(reason)
    reveal(at)
    setEditing({ ...at, id: record.id, record })
  }
  const open = () => {
    const id = list.row(cursor.row)?.id
    if (id)
      void navigate({
        to: '/data/$collection/$id',
        params: { collection: definition.name, id },
        search: parseGridSearch,
      })
  }
  const copy = () => {
    const name = columns[cursor.column]?.field.name
    const record = list.row(cursor.row)
    if (name && record) void navigator.clipboard.writeText(fieldText(record[name])).then(() => notify(`Copied ${name}`))
  }
  const giveUp = () => {
    const record = list.row(cursor.row)
    const name = columns[cursor.column]?.field.name
    if (record && name && edits.drafts.get(record.id)?.has(name)) edits.discard(record.id, name)
    else selection.clear()
  }
  const keys = {
    cursor,
    rowCount: list.rowCount,
    columnCount: columns.length,
    pageRows: Math.max(1, Math.floor(rows.height / sizes.height) - 1),
    move,
    extend: ({ row }: Cursor) => selection.extendTo(cursor.row, row),
    edit,
    open,
    toggle: (range: boolean) => selection.toggle(cursor.row, range),
    selectAll: selection.selectLoaded,
    copy,
    remove: () => props.onDelete(list.row(cursor.row)?.id),
    clear: giveUp,
  }
  const onClick = (event: MouseEvent) => {
    const at = placeOf(event.target)
    if (!at || editing) return
    setCursor({ row: at.row, column: at.column ?? cursor.column })
    if (at.isCheck) selection.toggle(at.row, event.shiftKey)
    else if (event.shiftKey) selection.extendTo(cursor.row, at.row)
  }
  const onDoubleClick = ({ target }: MouseEvent) => {
    const at = placeOf(target)
    if (at?.column !== undefined) edit({ row: at.row, column: at.column })
  }
  const editField = editing && columns[editing.column]?.field
  const draft = editField && edits.drafts.get(editing.id)?.get(editField.name)
  const editor = editField && (
    <CellEditor
      key={`${editing.id} ${editing.column}`}
      field={editField}
      value={(draft?.value ?? editing.record[editField.name]) as Json}
      error={draft?.error}
      onSave={(value, next) => {
        edits.save(editing.record, editField, value)
        setEditing(undefined)
        focus()
        if (next === 'right') move({ row: cursor.row, column: Math.min(columns.length - 1, cursor.column + 1) })
      }}
      onCancel={() => {
        setEditing(undefined)
        focus()
      }}
    />
  )
  const width = totalWidth(columns)
  const body = rows.drawn.map((index) => {
    const record = list.row(index)
    const isEdited = editing?.row === index
    return (
      <GridRow
        key={index}
        collection={definition.name}
        index={index}
        y={rows.yOf(index)}
        width={width}
        record={record}
        shown={shown}
        active={cursor.row === index ? cursor.column : -1}
        isSelected={record !== undefined && selection.has(record.id)}
        isGone={record !== undefined && list.gone.has(record.id)}
        drafts={record && edits.drafts.get(record.id)}
        editor={isEdited ? editor : undefined}
        editing={isEdited ? editing.column : -1}
      />
    )
  })
  return (
    <div className={classes.frame}>
      <div
        ref={scroller}
        role="grid"
        tabIndex={0}
        className={classes.scroller}
        aria-label={`Records of ${definition.name}`}
        aria-rowcount={list.isLoaded ? list.rowCount + 1 : -1}
        aria-colcount={columns.length + 1}
        aria-multiselectable
        aria-activedescendant={rows.isDrawn(cursor.row) ? cellId(cursor.row, cursor.column) : undefined}
        aria-busy={list.isLoading}
        onScroll={rows.onScroll}
        onKeyDown={(event) => {
          if (event.target === scroller.current) onGridKey(event, keys)
        }}
        onMouseDown={(event) => event.shiftKey && event.preventDefault()}
        onClick={onClick}
        onDoubleClick={onDoubleClick}
      >
        <GridHead
          width={Math.max(width, rows.width)}
          shown={shown}
          sort={sort}
          isAllSelected={selection.isEverything}
          isSomeSelected={selection.ids.size > 0}
          onToggleAll={() => (selection.isEmpty ? selection.selectLoaded() : selection.clear())}
          onSort={props.onSort}
          onResize={props.onResize}
          onMove={props.onMove}
        />
        <div role="rowgroup" className={classes.body} style={{ height: rows.bodyHeight, minWidth: width }}>
          {body}
        </div>
      </div>
      {children}
    </div>
  )
}
