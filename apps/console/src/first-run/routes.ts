import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { requireAdmin, rootRoute } from '../app/routes'

/** Behind the one-time link that the server prints: `/console/setup#token=…`. The fragment reaches no server and no log. */
const setup = createRoute({
  getParentRoute: () => rootRoute,
  path: '/setup',
  component: lazyRouteComponent(() => import('./setup-page'), 'SetupPage'),
})

/** What a project can begin with. */
const welcome = createRoute({
  getParentRoute: () => rootRoute,
  path: '/welcome',
  beforeLoad: requireAdmin,
  component: lazyRouteComponent(() => import('./welcome-page'), 'WelcomePage'),
})

export const firstRunRoutes = [setup, welcome] as const
