import type { CollectionDefinition, ConditionJson } from '@holdfast/contract'
import { Button, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { collectionsQuery } from '../../client/collections'
import { fieldsBehind } from '../../filter/field-paths'
import { FilterBuilder } from '../../filter/filter-builder'
import { Copy } from '../../ui/code'
import classes from './grid.module.css'
import type { GridSearch } from './grid-search'

interface FilterPanelProps {
  readonly definition: CollectionDefinition
  readonly search: GridSearch
  onChange(filter: ConditionJson): void
  onClose(): void
}

/** The filter above the grid; what it makes is applied as one goes. */
export function FilterPanel({ definition, search, onChange, onClose }: FilterPanelProps) {
  const { data: collections = [] } = useQuery(collectionsQuery)
  const { filter } = search
  return (
    <section
      className={classes.filterPanel}
      aria-label="Filter"
      onKeyDown={(event) => {
        const isOpen = event.target instanceof Element && event.target.getAttribute('aria-expanded') === 'true'
        if (event.key === 'Escape' && !isOpen) onClose()
      }}
    >
      <FilterBuilder
        fields={fieldsBehind(definition.name, collections)}
        value={filter ?? {}}
        onChange={onChange}
        autoFocus
      />
      <Group gap="xs" mt="sm">
        <Text size="xs" c="var(--hf-muted)" ff="monospace" truncate flex={1} miw={0}>
          {filter ? JSON.stringify(filter) : 'Every record'}
        </Text>
        <Group gap={2} wrap="nowrap">
          <Text size="xs" c="var(--hf-muted)">
            API URL
          </Text>
          <Copy text={apiUrl(definition.name, search)} />
        </Group>
        <Button size="compact-xs" variant="subtle" color="gray" disabled={!filter} onClick={() => onChange({})}>
          Clear
        </Button>
        <Button size="compact-xs" variant="default" onClick={onClose}>
          Close
        </Button>
      </Group>
    </section>
  )
}

/** The request that finds the same records in the same order. */
function apiUrl(collection: string, { q, filter, sort }: GridSearch): string {
  const url = new URL(`/api/v1/collections/${encodeURIComponent(collection)}/records`, location.origin)
  if (q) url.searchParams.set('search', q)
  if (filter) url.searchParams.set('filter', JSON.stringify(filter))
  if (sort) url.searchParams.set('sort', sort)
  return url.href
}
