import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../app/routes'

/** Behind the one-time link that the server prints: `/console/setup#token=…`. The fragment reaches no server and no log. */
const setup = createRoute({
  getParentRoute: () => rootRoute,
  path: '/setup',
  component: lazyRouteComponent(() => import('./setup-page'), 'SetupPage'),
})

export const firstRunRoutes = [setup] as const
