import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router'
import { sessionQuery } from '../client/session'

/** The routes that all others hang under. */
export const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()({ component: Outlet })

/** Of pages that nobody but admins may open: others sign in first and come back. */
export async function requireAdmin({ context, location }: AdminCheck) {
  const session = await context.queryClient.ensureQueryData(sessionQuery)
  if (!session?.isAdmin) throw redirect({ to: '/sign-in', search: { next: location.href } })
  return { user: session.user }
}

interface AdminCheck {
  readonly context: { readonly queryClient: QueryClient }
  readonly location: { readonly href: string }
}

/** Every page behind the sign-in: the navigation around it, and nobody in it but admins. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  component: lazyRouteComponent(() => import('./shell/shell'), 'Shell'),
  beforeLoad: requireAdmin,
})
