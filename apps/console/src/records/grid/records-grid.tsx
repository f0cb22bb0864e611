import type { CollectionDefinition, Json } from '@holdfast/contract'
import { useHotkeys } from '@mantine/hooks'
import { IconPlus } from '@tabler/icons-react'
import { Outlet, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, useRef, useState } from 'react'
import { isSystemField } from '../../client/record-fields'
import { useReadOnlyReason } from '../../client/view-as'
import { ButtonLink } from '../../ui/links'
import { notify } from '../../ui/notify'
import { Page } from '../../ui/page'
import { ConflictDialog } from '../record/conflict-dialog'
import { useDefaultView } from '../views/use-default-view'
import { BulkBar } from './bulk-bar'
import { DeleteDialog, type Deleting } from './delete-dialog'
import { FilterPanel } from './filter-panel'
import classes from './grid.module.css'
import { columnsOf, defaultColumnNames, sortKeysOf, toggleSort } from './grid-columns'
import { GridContext } from './grid-context'
import { GridMessage, ReadProblem } from './grid-message'
import { type GridSearch, parseGridSearch } from './grid-search'
import { GridTools } from './grid-tools'
import { GridView } from './grid-view'
import { useBulkWrites } from './use-bulk-writes'
import { useCellEdits } from './use-cell-edits'
import { moveName, useGridLayout } from './use-grid-layout'
import { useLiveRows } from './use-live-rows'
import { useRecordList, useSelection } from './use-record-list'
import { useRowSelection, writtenBy } from './use-row-selection'
import { useTotal } from './use-total'

/** Records of one collection: search, filter, order and columns above, the grid below, a record over it. */
export function RecordsGrid({ definition }: { readonly definition: CollectionDefinition }) {
  const { name } = definition
  const search = useSearch({ from: '/shell/data/$collection' })
  const navigate = useNavigate({ from: '/data/$collection' })
  const sizes = useGridLayout(name)
  const { layout, setLayout, resize } = sizes
  const sort = useMemo(() => sortKeysOf(search.sort), [search.sort])
  const columns = useMemo(() => {
    const names = search.columns?.split(',') ?? defaultColumnNames(definition)
    const known = columnsOf(definition, names, layout.widths)
    return known.length > 0 ? known : columnsOf(definition, defaultColumnNames(definition), layout.widths)
  }, [definition, search.columns, layout.widths])
  const query = useMemo(() => ({ q: search.q, filter: search.filter, sort }), [search.q, search.filter, sort])
  const selected = useSelection(definition, columns)
  const list = useRecordList(definition, query, selected)
  const total = useTotal(name, query, list)
  const live = useLiveRows(definition, query, selected, list)
  const selection = useRowSelection(list)
  const edits = useCellEdits(definition, list, selected)
  const writes = useBulkWrites(name, () => {
    selection.clear()
    live.refresh()
  })
  const readOnly = useReadOnlyReason()
  const [isFiltering, setFiltering] = useState(false)
  const [deleting, setDeleting] = useState<Deleting>()
  const searchInput = useRef<HTMLInputElement>(null)
  const page = useRef<HTMLDivElement>(null)

  const go = (change: Partial<GridSearch>) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true })
  const setColumns = (names: readonly string[]) => {
    const text = names.join(',')
    go({ columns: text === defaultColumnNames(definition).join(',') ? undefined : text })
  }
  const chooseView = (chosen: GridSearch, widths: { readonly [field: string]: number }) => {
    setLayout((old) => ({ ...old, widths: { ...old.widths, ...widths } }))
    void navigate({ search: chosen, replace: true })
  }
  useDefaultView(name, search, chooseView)
  const setSort = (keys: readonly string[]) => go({ sort: keys.join(',') || undefined })
  const focusGrid = () => page.current?.querySelector<HTMLElement>('[role="grid"]')?.focus()
  const toggleFilter = () => setFiltering((old) => !old)
  useHotkeys([
    ['/', () => searchInput.current?.focus()],
    ['f', toggleFilter],
    [
      'n',
      () => {
        if (readOnly) return notify(readOnly)
        void navigate({ to: '/data/$collection/new', params: { collection: name }, search: parseGridSearch })
      },
    ],
  ])
  const context = useMemo(
    () => ({
      neighbours: (id: string) => {
        const index = list.indexOf(id)
        if (index === undefined) return {}
        return { previous: list.row(index - 1)?.id, next: list.row(index + 1)?.id }
      },
    }),
    [list],
  )
  const message = {
    collection: name,
    list,
    isFiltered: search.q !== undefined || search.filter !== undefined,
    readOnly,
    onShowAll: () => go({ q: undefined, filter: undefined }),
  }
  return (
    <Page
      title={name}
      full
      actions={
        <>
          {definition.trash && (
            <ButtonLink
              to="/data/$collection/trash"
              params={{ collection: name }}
              size="xs"
              variant="default"
              title="Deleted records"
            >
              Trash
            </ButtonLink>
          )}
          <ButtonLink
            to="/data/$collection/new"
            params={{ collection: name }}
            search={parseGridSearch}
            size="xs"
            leftSection={<IconPlus size={14} />}
            title={readOnly ?? 'New record (n)'}
            disabled={readOnly !== undefined}
          >
            New
          </ButtonLink>
        </>
      }
    >
      <div ref={page} style={{ display: 'contents' }}>
        <GridTools
          definition={definition}
          search={search}
          columns={columns}
          layout={sizes}
          selection={selection}
          live={live}
          total={total}
          searchInput={searchInput}
          isFiltering={isFiltering}
          onToggleFilter={toggleFilter}
          onChange={go}
          onColumns={setColumns}
          onView={chooseView}
          onLeave={focusGrid}
        />
        {isFiltering && (
          <FilterPanel
            definition={definition}
            search={search}
            onChange={(filter) => go({ filter: Object.keys(filter).length > 0 ? filter : undefined })}
            onClose={() => {
              setFiltering(false)
              focusGrid()
            }}
          />
        )}
        <GridContext value={context}>
          <GridView
            definition={definition}
            list={list}
            columns={columns}
            isPinned={layout.pinned}
            sort={sort}
            selection={selection}
            edits={edits}
            readOnly={readOnly}
            onSort={(field, more) => setSort(toggleSort(sort, field, more))}
            onResize={resize}
            onMove={(field, target, side) => setColumns(moveName(columns, field, target, side))}
            onDelete={(id) => {
              if (readOnly) notify(readOnly)
              else if (!selection.isEmpty) setDeleting('selection')
              else if (id !== undefined) setDeleting({ id })
            }}
          >
            <GridMessage {...message} />
          </GridView>
          {list.error !== undefined && list.isLoaded && (
            <div className={classes.failedPage}>
              <ReadProblem {...message} />
            </div>
          )}
          {!selection.isEmpty && (
            <BulkBar
              definition={definition}
              selection={selection}
              total={total}
              canSelectAll={search.q === undefined}
              readOnly={readOnly}
              onUpdate={(changes) => writes.update(writtenBy(selection, search.filter), changes)}
              onDelete={() => setDeleting('selection')}
            />
          )}
          <Outlet />
        </GridContext>
        <DeleteDialog
          definition={definition}
          deleting={deleting}
          selection={selection}
          onConfirm={(which) => writes.remove(which === 'selection' ? writtenBy(selection, search.filter) : [which.id])}
          onClose={() => {
            setDeleting(undefined)
            focusGrid()
          }}
        />
        {edits.conflict && (
          <ConflictDialog
            collection={onlyFields(definition, edits.conflict.base)}
            base={edits.conflict.base as never}
            mine={edits.conflict.mine}
            theirs={edits.conflict.theirs as never}
            onSave={(changes, theirs) => edits.settle(changes as { readonly [field: string]: Json }, theirs as never)}
            onClose={edits.closeConflict}
          />
        )}
      </div>
    </Page>
  )
}

/** A conflict is shown of the fields that were read. */
const onlyFields = (definition: CollectionDefinition, read: object): CollectionDefinition => ({
  ...definition,
  fields: definition.fields.filter(({ name }) => !isSystemField(name) && name in read),
})
