// biome-ignore-all lint/a11y/useSemanticElements: elements of tables cannot be placed by a virtual grid
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names the active cell
import type { CollectionDefinition } from '@holdfast/contract'
import { useMediaQuery } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import { type MouseEvent, type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { isSystemField } from '../../client/record-fields'
import { notify } from '../../ui/notify'
import { fieldText } from '../cells/field-text'
import { CellEditor } from './cell-editor'
import { whyReadOnly } from './cell-edits'
import classes from './grid.module.css'
import type { GridColumn } from './grid-columns'
import { GridHead } from './grid-head'
import { cellId, GridRow } from './grid-row'
import { parseGridSearch } from './grid-search'
import { RecordCard } from './record-card'
import type { GridRecord, RecordList } from './record-list'
import { columnsInSight, leftFor, totalWidth } from './shown-columns'
import type { useCellEdits } from './use-cell-edits'
import { type Cursor, onGridKey } from './use-grid-keys'
import type { RowSelection } from './use-row-selection'
import { useVirtualRows } from './use-virtual-rows'

const rowHeight = 34
const cardHeight = 66
const headHeight = 36
/** Rows drawn beyond those in sight, so that a quick wheel finds them. */
const overscan = 6

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

/** The grid itself: rows and columns in sight, a cell cursor, editing in place. On a phone a list of records. */
export function GridView(props: GridViewProps) {
  const { definition, list, columns, isPinned, sort, selection, edits, readOnly, children } = props
  const isPhone = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false }) ?? false
  const height = isPhone ? cardHeight : rowHeight
  const head = isPhone ? 0 : headHeight
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useVirtualRows(scroller, list.rowCount * height, head)
  const [cursor, setCursor] = useState<Cursor>({ row: 0, column: 0 })
  const [editing, setEditing] = useState<Cursor & { readonly id: string; readonly record: GridRecord }>()
  const navigate = useNavigate()

  const first = Math.max(0, Math.floor(rows.top / height))
  const last = Math.min(list.rowCount, Math.ceil((rows.top + rows.height) / height))
  useEffect(() => list.want(first, Math.max(last, first + 20)), [list, first, last])
  useShift(list, height, rows, setCursor)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins at its top
  useLayoutEffect(() => {
    rows.scrollTo(0)
    setCursor(({ column }) => ({ row: 0, column }))
    setEditing(undefined)
  }, [list])

  const shown = useMemo(
    () => columnsInSight(columns, isPinned, rows.left, rows.width),
    [columns, isPinned, rows.left, rows.width],
  )
  const reveal = ({ row, column }: Cursor) => {
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
    pageRows: Math.max(1, Math.floor(rows.height / height) - 1),
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
  const editor = editing && (
    <CellEditor
      key={`${editing.id} ${editing.column}`}
      field={columns[editing.column]!.field}
      value={
        (edits.drafts.get(editing.id)?.get(columns[editing.column]!.field.name)?.value ??
          editing.record[columns[editing.column]!.field.name]) as never
      }
      error={edits.drafts.get(editing.id)?.get(columns[editing.column]!.field.name)?.error}
      onSave={(value, next) => {
        edits.save(editing.record, columns[editing.column]!.field, value)
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
  const drawn = range(Math.max(0, first - overscan), Math.min(list.rowCount, last + overscan))
  const width = Math.max(totalWidth(columns), 0)
  const body = drawn.map((index) => {
    const record = list.row(index)
    const y = index * height - rows.offset
    const isGone = record !== undefined && list.gone.has(record.id)
    if (isPhone)
      return (
        <RecordCard
          key={index}
          definition={definition}
          index={index}
          y={y}
          record={record}
          columns={columns}
          isGone={isGone}
        />
      )
    const isEdited = editing?.row === index
    return (
      <GridRow
        key={index}
        collection={definition.name}
        index={index}
        y={y}
        width={width}
        record={record}
        shown={shown}
        active={cursor.row === index ? cursor.column : -1}
        isSelected={record !== undefined && selection.has(record.id)}
        isGone={isGone}
        drafts={record && edits.drafts.get(record.id)}
        editor={isEdited ? editor : undefined}
        editing={isEdited ? editing.column : -1}
      />
    )
  })
  if (isPhone)
    return (
      <div className={classes.frame}>
        <section
          ref={scroller}
          className={classes.scroller}
          onScroll={rows.onScroll}
          aria-label={`Records of ${definition.name}`}
        >
          <div className={classes.body} style={{ height: rows.bodyHeight }}>
            {body}
          </div>
          {children}
        </section>
      </div>
    )
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
        aria-activedescendant={
          cursor.row >= first - overscan && cursor.row < last + overscan && list.rowCount > 0
            ? cellId(cursor.row, cursor.column)
            : undefined
        }
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
        {children}
      </div>
    </div>
  )
}

/** The numbers of the rows moved: what is seen stays, and so does the cursor. */
function useShift(
  list: RecordList,
  height: number,
  rows: { readonly top: number; scrollTo(top: number): void },
  setCursor: (change: (old: Cursor) => Cursor) => void,
): void {
  const seen = useRef({ list, shifted: 0 })
  useLayoutEffect(() => {
    if (seen.current.list !== list) seen.current = { list, shifted: list.shifted }
    const by = list.shifted - seen.current.shifted
    if (by === 0) return
    seen.current = { list, shifted: list.shifted }
    rows.scrollTo(rows.top + by * height)
    setCursor(({ row, column }) => ({ row: Math.max(0, row + by), column }))
  })
}

function placeOf(target: EventTarget) {
  if (!(target instanceof Element) || target.closest('a, input, textarea, [data-editor]')) return undefined
  const row = target.closest<HTMLElement>('[data-row]')
  const cell = target.closest<HTMLElement>('[data-col]')
  if (!row) return undefined
  return {
    row: Number(row.dataset['row']),
    column: cell ? Number(cell.dataset['col']) : undefined,
    isCheck: target.closest('[data-check]') !== null,
  }
}

const range = (from: number, to: number): number[] => Array.from({ length: Math.max(0, to - from) }, (_, n) => from + n)
