import type { CollectionDefinition, Json } from '@holdfast/contract'
import { Badge, Button, Text } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { IconFilter, IconPlus, IconRefresh, IconSearchOff, IconTable, IconUpload } from '@tabler/icons-react'
import { Outlet, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, useRef, useState } from 'react'
import { isSystemField } from '../../client/record-fields'
import { useReadOnlyReason } from '../../client/view-as'
import { countRules } from '../../filter/filter-tree'
import { Confirm } from '../../ui/confirm'
import { EmptyState } from '../../ui/empty-state'
import { ButtonLink } from '../../ui/links'
import { notify } from '../../ui/notify'
import { Page } from '../../ui/page'
import { Problem } from '../../ui/problem'
import { ConflictDialog } from '../record/conflict-dialog'
import { TransferMenu } from '../transfer/export/export-menu'
import { useDefaultView } from '../views/use-default-view'
import { ViewsMenu } from '../views/views-menu'
import { BulkBar } from './bulk-bar'
import { ColumnsMenu } from './columns-menu'
import { FilterPanel } from './filter-panel'
import classes from './grid.module.css'
import { columnsOf, defaultColumnNames, sortKeysOf, toggleSort } from './grid-columns'
import { GridContext } from './grid-context'
import { type GridSearch, parseGridSearch } from './grid-search'
import { GridView } from './grid-view'
import { SearchBox } from './search-box'
import { SortMenu } from './sort-menu'
import { TotalLabel } from './total-label'
import { useBulkWrites } from './use-bulk-writes'
import { useCellEdits } from './use-cell-edits'
import { moveName, useGridLayout } from './use-grid-layout'
import { useLiveRows } from './use-live-rows'
import { useRecordList, useSelection } from './use-record-list'
import { filterOfSelection, useRowSelection, writtenBy } from './use-row-selection'
import { useTotal } from './use-total'

/** Records of one collection: search, filter, order and columns above, the grid below, a record over it. */
export function RecordsGrid({ definition }: { readonly definition: CollectionDefinition }) {
  const { name } = definition
  const search = useSearch({ from: '/shell/data/$collection' })
  const navigate = useNavigate({ from: '/data/$collection' })
  const { layout, setLayout, resize } = useGridLayout(name)
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
  const [deleting, setDeleting] = useState<string | 'selection'>()
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
  const isSearchable = definition.fields.some(({ searchable }) => searchable)
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
  const isEmpty = list.isLoaded && list.rowCount === 0
  const isFiltered = search.q !== undefined || search.filter !== undefined
  const filterCount = search.filter ? countRules(search.filter) : 0
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
        <div className={classes.tools} role="toolbar" aria-label="What the grid shows">
          {isSearchable && (
            <SearchBox value={search.q} input={searchInput} onChange={(q) => go({ q })} onLeave={focusGrid} />
          )}
          <ViewsMenu collection={name} search={search} widths={layout.widths} onChoose={chooseView} />
          <Button
            size="xs"
            variant="default"
            leftSection={<IconFilter size={14} />}
            rightSection={filterCount > 0 && <Badge size="sm">{filterCount}</Badge>}
            aria-expanded={isFiltering}
            onClick={toggleFilter}
            title="Filter (f)"
          >
            Filter
          </Button>
          <SortMenu definition={definition} sort={sort} onChange={setSort} />
          <ColumnsMenu
            definition={definition}
            columns={columns}
            isPinned={layout.pinned}
            onChange={setColumns}
            onPin={(pinned) => setLayout((old) => ({ ...old, pinned }))}
          />
          <TransferMenu
            collection={name}
            filter={search.filter}
            search={search.q}
            sort={sort}
            columns={columns.map(({ field }) => field.name)}
            selected={selection.isEmpty ? undefined : filterOfSelection(selection, search.filter)}
          />
          {live.news > 0 && (
            <Button
              size="xs"
              variant="light"
              leftSection={<IconRefresh size={14} />}
              onClick={live.refresh}
              aria-live="polite"
            >
              {live.news === 1 ? '1 change' : `${live.news} changes`}
            </Button>
          )}
          <TotalLabel total={total} />
        </div>
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
            onDelete={(id) => (readOnly ? notify(readOnly) : setDeleting(selection.isEmpty ? id : 'selection'))}
          >
            {isEmpty && list.error === undefined && (
              <div className={classes.message}>
                {isFiltered ? (
                  <EmptyState
                    icon={IconSearchOff}
                    title="Nothing matches"
                    action={
                      <Button size="xs" variant="default" onClick={() => go({ q: undefined, filter: undefined })}>
                        Show all records
                      </Button>
                    }
                  >
                    No record is found by this search and filter.
                  </EmptyState>
                ) : (
                  <EmptyState
                    icon={IconTable}
                    title="No records yet"
                    action={
                      readOnly === undefined && (
                        <ButtonLink
                          to="/data/$collection/import"
                          params={{ collection: name }}
                          size="xs"
                          variant="default"
                          leftSection={<IconUpload size={14} />}
                        >
                          Import from a file
                        </ButtonLink>
                      )
                    }
                  >
                    Make the first one with New, or by the API.
                  </EmptyState>
                )}
              </div>
            )}
          </GridView>
          {list.error !== undefined && (
            <div className={classes.failedPage}>
              <Problem error={list.error} onRetry={() => list.retry()} />
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
        <Confirm
          opened={deleting !== undefined}
          title={
            deleting === 'selection' && selection.ids.size !== 1 ? 'Delete the selected records' : 'Delete this record'
          }
          label="Delete"
          danger
          {...(selection.isEverything && { typed: name })}
          onConfirm={() => writes.remove(deleting === 'selection' ? writtenBy(selection, search.filter) : [deleting!])}
          onClose={() => {
            setDeleting(undefined)
            focusGrid()
          }}
        >
          <Text>
            {selection.isEverything
              ? `Every record of ${name} that matches the filter is deleted.`
              : selection.ids.size > 1 && `${selection.ids.size} records of ${name} are deleted. `}
            {definition.trash ? 'They can be restored from the trash.' : 'This cannot be undone.'}
          </Text>
        </Confirm>
        {edits.conflict && (
          <ConflictDialog
            collection={{
              ...definition,
              fields: definition.fields.filter(
                (field) => !isSystemField(field.name) && field.name in edits.conflict!.base,
              ),
            }}
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
