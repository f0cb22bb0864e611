import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../app/routes'
import { editorTabs } from './editor/editor-tabs'

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

const page = createRoute({
  getParentRoute: () => shellRoute,
  path: '/collections',
  validateSearch: (search: Record<string, unknown>): { find?: string | undefined } => ({
    find: textOf(search['find']),
  }),
  component: lazyRouteComponent(() => import('./list/collections-page'), 'CollectionsPage'),
})

const newPage = createRoute({
  getParentRoute: () => shellRoute,
  path: '/collections/new',
  validateSearch: (search: Record<string, unknown>): { tab?: EditorTab | undefined; from?: string | undefined } => ({
    tab: tabOf(search['tab']),
    from: textOf(search['from']),
  }),
  component: lazyRouteComponent(() => import('./editor/new-collection-page'), 'NewCollectionPage'),
})

const diagramPage = createRoute({
  getParentRoute: () => shellRoute,
  path: '/collections/diagram',
  validateSearch: (search: Record<string, unknown>): { find?: string | undefined } => ({
    find: textOf(search['find']),
  }),
  component: lazyRouteComponent(() => import('./diagram/diagram-page'), 'DiagramPage'),
})

const jsonPage = createRoute({
  getParentRoute: () => shellRoute,
  path: '/collections/json',
  component: lazyRouteComponent(() => import('./json/schema-json-page'), 'SchemaJsonPage'),
})

const editorPage = createRoute({
  getParentRoute: () => shellRoute,
  path: '/collections/$name',
  validateSearch: (search: Record<string, unknown>): { tab?: EditorTab | undefined } => ({ tab: tabOf(search['tab']) }),
  component: lazyRouteComponent(() => import('./editor/collection-page'), 'CollectionPage'),
})

type EditorTab = (typeof editorTabs)[number]

const tabOf = (value: unknown): EditorTab | undefined => editorTabs.find((tab) => tab === value)

export const collectionsRoutes = [page, newPage, diagramPage, jsonPage, editorPage] as const
