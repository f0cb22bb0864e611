import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../app/routes'
import { readExplainSearch } from './explain/explain-search'
import { readMatrixSearch } from './matrix-search'
import { readRulesSearch } from './rules-search'

const matrix = createRoute({
  getParentRoute: () => shellRoute,
  path: '/permissions',
  validateSearch: readMatrixSearch,
  component: lazyRouteComponent(() => import('./permissions-page'), 'PermissionsPage'),
})

const explain = createRoute({
  getParentRoute: () => shellRoute,
  path: '/permissions/explain',
  validateSearch: readExplainSearch,
  component: lazyRouteComponent(() => import('./explain/explain-page'), 'ExplainPage'),
})

const rules = createRoute({
  getParentRoute: () => shellRoute,
  path: '/permissions/$collection',
  validateSearch: readRulesSearch,
  component: lazyRouteComponent(() => import('./rules/rules-page'), 'RulesPage'),
})

export const permissionsRoutes = [matrix, explain, rules] as const
