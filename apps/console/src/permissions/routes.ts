import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../app/routes'
import { readExplainSearch } from './explain/explain-search'

const matrix = createRoute({
  getParentRoute: () => shellRoute,
  path: '/permissions',
  component: lazyRouteComponent(() => import('./permissions-page'), 'PermissionsPage'),
})

const explain = createRoute({
  getParentRoute: () => shellRoute,
  path: '/permissions/explain',
  validateSearch: readExplainSearch,
  component: lazyRouteComponent(() => import('./explain/explain-page'), 'ExplainPage'),
})

export const permissionsRoutes = [matrix, explain] as const
