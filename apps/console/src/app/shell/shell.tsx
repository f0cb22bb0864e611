import { AppShell, Burger, Group, UnstyledButton } from '@mantine/core'
import { useDisclosure, useHotkeys } from '@mantine/hooks'
import { Outlet, useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { ViewAsBar } from '../../permissions/view-as/view-as-bar'
import { Mark } from '../../ui/mark'
import { Navigation } from './navigation-bar'
import classes from './shell.module.css'
import { StepUp } from './step-up'
import { useGoKeys } from './use-go-keys'

const Palette = lazy(() => import('./palette'))

/** The navigation around every page. */
export function Shell() {
  const [opened, { toggle, close }] = useDisclosure(false)
  const [wantsPalette, setWantsPalette] = useState(false)
  const path = useRouterState({ select: (state) => state.location.pathname })
  // biome-ignore lint/correctness/useExhaustiveDependencies: on a phone, going somewhere closes the navigation
  useEffect(() => close(), [path, close])
  useGoKeys()
  useHotkeys([['mod+K', () => setWantsPalette(true)]], [])
  return (
    <AppShell
      header={{ height: { base: 48, sm: 0 } }}
      navbar={{ width: 232, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding={0}
    >
      <a href="#content" className={classes.skip}>
        Skip to content
      </a>
      <AppShell.Header hiddenFrom="sm" className={classes.header}>
        <Group h="100%" px="md" gap="sm">
          <Burger
            opened={opened}
            onClick={toggle}
            size="sm"
            aria-label={opened ? 'Close navigation' : 'Open navigation'}
          />
          <Mark size={20} />
          <UnstyledButton ml="auto" onClick={() => setWantsPalette(true)} className={classes.search}>
            Search
          </UnstyledButton>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={classes.navbar}>
        <Navigation onSearch={() => setWantsPalette(true)} />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} className={classes.main}>
        <ViewAsBar />
        <Outlet />
      </AppShell.Main>
      <Suspense>{wantsPalette && <Palette onClose={() => setWantsPalette(false)} />}</Suspense>
      <StepUp />
    </AppShell>
  )
}
