import { type DeliveryState, deliveryStates } from '@holdfast/contract'
import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../app/routes'

const page = createRoute({
  getParentRoute: () => shellRoute,
  path: '/webhooks',
  component: lazyRouteComponent(() => import('./webhooks-page'), 'WebhooksPage'),
})

/** What a link to a delivery log keeps. */
export interface DeliverySearch {
  readonly state?: DeliveryState
  /** The delivery that is looked at. */
  readonly delivery?: string
}

const webhookPage = createRoute({
  getParentRoute: () => shellRoute,
  path: '/webhooks/$id',
  validateSearch: ({ state, delivery }: Record<string, unknown>): DeliverySearch => ({
    ...(deliveryStates.includes(state as DeliveryState) && { state: state as DeliveryState }),
    ...(typeof delivery === 'string' && { delivery }),
  }),
  component: lazyRouteComponent(() => import('./webhook-page'), 'WebhookPage'),
})

export const webhooksRoutes = [page, webhookPage] as const
