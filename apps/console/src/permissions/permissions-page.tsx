import { Group, SegmentedControl, Select, Stack, TextInput } from '@mantine/core'
import { IconLockAccess, IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useDeferredValue, useState } from 'react'
import { collectionsQuery } from '../client/collections'
import { EmptyState } from '../ui/empty-state'
import { ButtonLink } from '../ui/links'
import { Page } from '../ui/page'
import { QueryState } from '../ui/query-state'
import { FieldMatrix } from './matrix/field-matrix'
import { Legend } from './matrix/marks'
import { Matrix } from './matrix/matrix'
import { RuleTestsButton } from './rule-tests/rule-tests-button'
import { roleNamesQuery } from './who/who-queries'

/** Who may do what: every role by every collection, or by every field of one. */
export function PermissionsPage() {
  const { view = 'collections', collection } = useSearch({ from: '/shell/permissions' })
  const navigate = useNavigate({ from: '/permissions' })
  const collections = useQuery(collectionsQuery)
  const { data: named = [] } = useQuery(roleNamesQuery)
  const [search, setSearch] = useState('')
  const wanted = useDeferredValue(search.trim().toLowerCase())
  const roles = ['public', 'user', ...named.filter((role) => role !== 'admin'), 'admin']
  return (
    <Page
      title="Permissions"
      description="What each role may do. Rules add up, a denial wins, and what no rule allows is closed."
      actions={
        <>
          <RuleTestsButton />
          <ButtonLink to="/permissions/explain" variant="default">
            Explain
          </ButtonLink>
        </>
      }
    >
      <QueryState query={collections}>
        {(all) => {
          const chosen = all.find(({ name }) => name === collection) ?? all[0]
          const shown = all.filter(({ name }) => name.toLowerCase().includes(wanted))
          return (
            <Stack gap="sm">
              <Group gap="sm" align="center">
                <SegmentedControl
                  size="xs"
                  aria-label="What to show"
                  value={view}
                  onChange={(next) =>
                    void navigate({ search: next === 'fields' ? { view: 'fields' } : {}, replace: true })
                  }
                  data={[
                    { value: 'collections', label: 'Collections' },
                    { value: 'fields', label: 'Fields' },
                  ]}
                />
                {view === 'fields' ? (
                  <Select
                    size="xs"
                    aria-label="Collection"
                    searchable
                    allowDeselect={false}
                    data={all.map(({ name }) => name)}
                    value={chosen?.name ?? null}
                    onChange={(name) =>
                      void navigate({ search: { view: 'fields', ...(name && { collection: name }) }, replace: true })
                    }
                  />
                ) : (
                  <TextInput
                    size="xs"
                    aria-label="Find a collection"
                    placeholder="Find a collection"
                    leftSection={<IconSearch size={14} />}
                    value={search}
                    onChange={(event) => setSearch(event.currentTarget.value)}
                  />
                )}
              </Group>
              <Legend />
              {view === 'fields' && chosen ? (
                <FieldMatrix collection={chosen} roles={roles} />
              ) : shown.length === 0 ? (
                <EmptyState icon={IconLockAccess} title="No collection is called so">
                  Try a shorter part of its name.
                </EmptyState>
              ) : (
                <Matrix collections={shown} roles={roles} />
              )}
            </Stack>
          )
        }}
      </QueryState>
    </Page>
  )
}
