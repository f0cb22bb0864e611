import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../app/routes'
import { parseGridSearch } from './grid/grid-search'
import { parseNewSearch, parseRecordSearch } from './record/record-search'
import { transferRoutes } from './transfer/routes'

/** The grid; what concerns one record opens over it, in its `Outlet`. */
export const recordsPage = createRoute({
  getParentRoute: () => shellRoute,
  path: '/data/$collection',
  validateSearch: parseGridSearch,
  component: lazyRouteComponent(() => import('./records-page'), 'RecordsPage'),
})

const newRecordPage = createRoute({
  getParentRoute: () => recordsPage,
  path: 'new',
  validateSearch: parseNewSearch,
  component: lazyRouteComponent(() => import('./record/new-record-page'), 'NewRecordPage'),
})

const recordPage = createRoute({
  getParentRoute: () => recordsPage,
  path: '$id',
  validateSearch: parseRecordSearch,
  component: lazyRouteComponent(() => import('./record/record-page'), 'RecordPage'),
})

const trashPage = createRoute({
  getParentRoute: () => shellRoute,
  path: '/data/$collection/trash',
  component: lazyRouteComponent(() => import('./trash/trash-page'), 'TrashPage'),
})

export const recordsRoutes = [
  recordsPage.addChildren([newRecordPage, recordPage]),
  ...transferRoutes,
  trashPage,
] as const
