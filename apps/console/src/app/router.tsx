import { createRouter } from '@tanstack/react-router'
import { accountRoutes } from '../account/routes'
import { apiRoutes } from '../api/routes'
import { queryClient } from '../client/query-client'
import { collectionsRoutes } from '../collections/routes'
import { firstRunRoutes } from '../first-run/routes'
import { homeRoutes } from '../home/routes'
import { jobsRoutes } from '../jobs/routes'
import { observeRoutes } from '../observe/routes'
import { permissionsRoutes } from '../permissions/routes'
import { realtimeRoutes } from '../realtime/routes'
import { recordsRoutes } from '../records/routes'
import { settingsRoutes } from '../settings/routes'
import { signInRoutes } from '../sign-in/routes'
import { NotFound } from '../ui/not-found'
import { PagePending } from '../ui/page-pending'
import { RouteProblem } from '../ui/route-problem'
import { usersRoutes } from '../users/routes'
import { webhooksRoutes } from '../webhooks/routes'
import { rootRoute, shellRoute } from './routes'

const routeTree = rootRoute.addChildren([
  ...signInRoutes,
  ...firstRunRoutes,
  shellRoute.addChildren([
    ...homeRoutes,
    ...recordsRoutes,
    ...collectionsRoutes,
    ...permissionsRoutes,
    ...usersRoutes,
    ...realtimeRoutes,
    ...webhooksRoutes,
    ...jobsRoutes,
    ...apiRoutes,
    ...observeRoutes,
    ...settingsRoutes,
    ...accountRoutes,
  ]),
])

export const router = createRouter({
  routeTree,
  basepath: '/console',
  context: { queryClient },
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  defaultNotFoundComponent: NotFound,
  defaultErrorComponent: RouteProblem,
  defaultPendingComponent: PagePending,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
