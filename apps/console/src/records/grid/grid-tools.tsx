import type { CollectionDefinition } from '@holdfast/contract'
import { Badge, Button } from '@mantine/core'
import { IconFilter, IconRefresh } from '@tabler/icons-react'
import type { RefObject } from 'react'
import { countRules } from '../../filter/filter-tree'
import { TransferMenu } from '../transfer/export/export-menu'
import { ViewsMenu } from '../views/views-menu'
import { ColumnsMenu } from './columns-menu'
import classes from './grid.module.css'
import { type GridColumn, sortKeysOf } from './grid-columns'
import type { GridSearch } from './grid-search'
import { SearchBox } from './search-box'
import { SortMenu } from './sort-menu'
import { TotalLabel } from './total-label'
import type { useGridLayout } from './use-grid-layout'
import type { LiveRows } from './use-live-rows'
import { filterOfSelection, type RowSelection } from './use-row-selection'
import type { Total } from './use-total'

interface GridToolsProps {
  readonly definition: CollectionDefinition
  readonly search: GridSearch
  readonly columns: readonly GridColumn[]
  readonly layout: ReturnType<typeof useGridLayout>
  readonly selection: RowSelection
  readonly live: LiveRows
  readonly total: Total
  readonly searchInput: RefObject<HTMLInputElement | null>
  readonly isFiltering: boolean
  onToggleFilter(): void
  /** Another part of what the link keeps. */
  onChange(change: Partial<GridSearch>): void
  onColumns(names: readonly string[]): void
  onView(search: GridSearch, widths: { readonly [field: string]: number }): void
  /** On to the rows. */
  onLeave(): void
}

/** The tools above the grid: search, views, filter, order, columns, files, and how many records there are. */
export function GridTools(props: GridToolsProps) {
  const { definition, search, columns, layout, selection, live, total, isFiltering } = props
  const { name, fields } = definition
  const sort = sortKeysOf(search.sort)
  const filterCount = search.filter ? countRules(search.filter) : 0
  return (
    <div className={classes.tools} role="toolbar" aria-label="What the grid shows">
      {fields.some(({ searchable }) => searchable) && (
        <SearchBox
          value={search.q}
          input={props.searchInput}
          onChange={(q) => props.onChange({ q })}
          onLeave={props.onLeave}
        />
      )}
      <ViewsMenu collection={name} search={search} widths={layout.layout.widths} onChoose={props.onView} />
      <Button
        size="xs"
        variant="default"
        leftSection={<IconFilter size={14} />}
        rightSection={filterCount > 0 && <Badge size="sm">{filterCount}</Badge>}
        aria-expanded={isFiltering}
        onClick={props.onToggleFilter}
        title="Filter (f)"
      >
        Filter
      </Button>
      <SortMenu
        definition={definition}
        sort={sort}
        onChange={(keys) => props.onChange({ sort: keys.join(',') || undefined })}
      />
      <ColumnsMenu
        definition={definition}
        columns={columns}
        isPinned={layout.layout.pinned}
        onChange={props.onColumns}
        onResize={layout.resize}
        onPin={(pinned) => layout.setLayout((old) => ({ ...old, pinned }))}
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
  )
}
