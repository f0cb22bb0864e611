import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../app/routes'

const page = createRoute({
  getParentRoute: () => shellRoute,
  path: '/permissions',
  component: lazyRouteComponent(() => import('./permissions-page'), 'PermissionsPage'),
})

export const permissionsRoutes = [page] as const
