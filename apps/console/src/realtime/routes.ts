import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../app/routes'
import { parseTailSearch } from './tail/tail-search'

const tailPage = createRoute({
  getParentRoute: () => shellRoute,
  path: '/realtime',
  validateSearch: parseTailSearch,
  component: lazyRouteComponent(() => import('./tail/tail-page'), 'TailPage'),
})

const channelsPage = createRoute({
  getParentRoute: () => shellRoute,
  path: '/realtime/channels',
  /** The channel that is being changed. */
  validateSearch: ({ channel }: Record<string, unknown>): { readonly channel?: string } =>
    typeof channel === 'string' && channel !== '' ? { channel } : {},
  component: lazyRouteComponent(() => import('./channels/channels-page'), 'ChannelsPage'),
})

export const realtimeRoutes = [tailPage, channelsPage] as const
