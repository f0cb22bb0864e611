import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../app/routes'
import { parseAuditSearch } from './audit/audit-search'
import { parseRangeSearch } from './overview/ranges'
import { parseRequestSearch } from './requests/request-search'

const layout = createRoute({
  getParentRoute: () => shellRoute,
  path: '/observe',
  component: lazyRouteComponent(() => import('./observe-layout'), 'ObserveLayout'),
})

const overview = createRoute({
  getParentRoute: () => layout,
  path: '/',
  validateSearch: parseRangeSearch,
  component: lazyRouteComponent(() => import('./overview/overview-page'), 'OverviewPage'),
})

const requests = createRoute({
  getParentRoute: () => layout,
  path: 'requests',
  validateSearch: parseRequestSearch,
  component: lazyRouteComponent(() => import('./requests/requests-page'), 'RequestsPage'),
})

const slow = createRoute({
  getParentRoute: () => layout,
  path: 'slow',
  component: lazyRouteComponent(() => import('./slow/slow-page'), 'SlowPage'),
})

const database = createRoute({
  getParentRoute: () => layout,
  path: 'database',
  component: lazyRouteComponent(() => import('./database/database-page'), 'DatabasePage'),
})

const audit = createRoute({
  getParentRoute: () => layout,
  path: 'audit',
  validateSearch: parseAuditSearch,
  component: lazyRouteComponent(() => import('./audit/audit-page'), 'AuditPage'),
})

export const observeRoutes = [layout.addChildren([overview, requests, slow, database, audit])] as const
