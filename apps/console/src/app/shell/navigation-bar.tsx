import { AppShell, Group, Kbd, Text, UnstyledButton } from '@mantine/core'
import { IconSearch, IconTable, IconUsers } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useRouterState } from '@tanstack/react-router'
import { collectionsQuery } from '../../client/collections'
import { MenuLink } from '../../ui/links'
import { Mark } from '../../ui/mark'
import { places } from './navigation'
import classes from './shell.module.css'
import { UserMenu } from './user-menu'

/** Every collection with its records, and every other place below. */
export function Navigation({ onSearch }: { onSearch(): void }) {
  const current = useRouterState({ select: (state) => state.location.pathname })
  return (
    <>
      <AppShell.Section p="sm" pb={4} visibleFrom="sm">
        <Group gap={8} px={6} pb="sm" pt={4}>
          <Mark size={20} />
          <Text fw={600}>Holdfast</Text>
        </Group>
        <UnstyledButton className={classes.search} w="100%" onClick={onSearch}>
          <IconSearch size={14} /> Search
          <Kbd size="xs" ml="auto">
            {/Mac/.test(navigator.platform) ? '⌘K' : 'Ctrl K'}
          </Kbd>
        </UnstyledButton>
      </AppShell.Section>
      <AppShell.Section grow px="sm" className={classes.scroll}>
        <nav aria-label="Console">
          {places.map(({ to, label, icon: Icon, ...place }) => (
            <MenuLink
              key={to}
              to={to}
              label={label}
              leftSection={<Icon size={16} stroke={1.7} />}
              className={classes.link!}
              activeOptions={{ exact: to === '/' }}
              activeProps={{ 'data-active': true }}
              {...('also' in place && place.also.some((path) => current.startsWith(path)) && { 'data-active': true })}
            />
          ))}
          <CollectionLinks />
        </nav>
      </AppShell.Section>
      <AppShell.Section p="sm">
        <UserMenu />
      </AppShell.Section>
    </>
  )
}

function CollectionLinks() {
  const { data } = useQuery(collectionsQuery)
  if (!data?.length) return null
  return (
    <>
      <Text className={classes.heading!}>Data</Text>
      {data.map(({ name }) => (
        <MenuLink
          key={name}
          to="/data/$collection"
          params={{ collection: name }}
          label={name}
          leftSection={name === 'users' ? <IconUsers size={16} stroke={1.7} /> : <IconTable size={16} stroke={1.7} />}
          className={classes.link!}
          activeProps={{ 'data-active': true }}
        />
      ))}
    </>
  )
}
