import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../app/routes'

/** The own account: reached by the user menu. */
const page = createRoute({
  getParentRoute: () => shellRoute,
  path: '/account',
  component: lazyRouteComponent(() => import('./account-page'), 'AccountPage'),
})

export const accountRoutes = [page] as const
