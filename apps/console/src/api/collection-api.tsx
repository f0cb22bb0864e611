import type { CollectionDefinition } from '@holdfast/contract'
import { Group, NativeSelect, SegmentedControl, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Code } from '../ui/code'
import { MenuLink } from '../ui/links'
import { QueryState } from '../ui/query-state'
import type { View } from './api-search'
import classes from './collection-api.module.css'
import { toCurl } from './curl'
import { MethodBadge } from './method-badge'
import type { Operation } from './operation'
import { listOperations } from './operations'
import { exampleQuery, typesQuery } from './queries'
import { TryIt } from './try-it/try-it'
import { typesOf } from './types-text'

const from = '/shell/api/$collection'

/** Operations at the left, the chosen one at the right. Without a record to take values from, made-up ones serve. */
export function CollectionApi({ definition }: { readonly definition: CollectionDefinition }) {
  const example = useQuery(exampleQuery(definition.name))
  const search = useSearch({ from })
  const navigate = useNavigate({ from: '/api/$collection' })
  if (example.isPending) return <QueryState query={example}>{() => null}</QueryState>
  const operations = listOperations(definition, example.data ?? null)
  const chosen = operations.find(({ id }) => id === search.operation) ?? operations[0]!
  return (
    <div className={classes.columns}>
      <nav aria-label="Operations" className={classes.list}>
        {operations.map(({ id, label, method }) => (
          <MenuLink
            key={id}
            from="/api/$collection"
            to="."
            search={(before) => ({ ...before, operation: id })}
            replace
            label={label}
            active={id === chosen.id}
            leftSection={<MethodBadge method={method} />}
            className={classes.link!}
          />
        ))}
      </nav>
      <NativeSelect
        label="Operation"
        className={classes.choice!}
        data={operations.map(({ id, label }) => ({ value: id, label }))}
        value={chosen.id}
        onChange={(event) => {
          const operation = event.currentTarget.value
          void navigate({ to: '.', search: (before) => ({ ...before, operation }), replace: true })
        }}
      />
      <OperationView key={chosen.id} collection={definition.name} operation={chosen} />
    </div>
  )
}

function OperationView({ collection, operation }: { readonly collection: string; readonly operation: Operation }) {
  const { view = 'curl' } = useSearch({ from })
  const navigate = useNavigate({ from: '/api/$collection' })
  return (
    <Stack gap="md" className={classes.operation!}>
      <Stack gap={4}>
        <Group gap="xs" wrap="nowrap">
          <MethodBadge method={operation.method} />
          <Text ff="monospace" size="sm" className={classes.path!}>
            /api/v1{operation.path}
          </Text>
        </Group>
        <Text c="var(--hf-muted)">{operation.description}</Text>
      </Stack>
      <SegmentedControl
        aria-label="Language"
        className={classes.views!}
        value={view}
        onChange={(value) =>
          void navigate({ to: '.', search: (before) => ({ ...before, view: value as View }), replace: true })
        }
        data={[
          { value: 'curl', label: 'curl' },
          { value: 'sdk', label: 'TypeScript' },
          { value: 'types', label: 'Types' },
        ]}
      />
      {view === 'curl' && <Code code={toCurl(operation, location.origin)} label="curl" />}
      {view === 'sdk' && <Code code={operation.source} label="TypeScript" />}
      {view === 'types' && <CollectionTypes collection={collection} />}
      {!operation.streams && <TryIt operation={operation} />}
    </Stack>
  )
}

function CollectionTypes({ collection }: { readonly collection: string }) {
  const types = useQuery(typesQuery)
  return (
    <QueryState query={types}>
      {(text) => <Code code={typesOf(text, collection)} label="Types" maxHeight={420} />}
    </QueryState>
  )
}
