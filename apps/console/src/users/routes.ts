import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../app/routes'
import { readUserSearch } from './list/user-search'

const getParentRoute = () => shellRoute

const users = createRoute({
  getParentRoute,
  path: '/users',
  validateSearch: readUserSearch,
  component: lazyRouteComponent(() => import('./list/users-page'), 'UsersPage'),
})

const newUser = createRoute({
  getParentRoute,
  path: '/users/new',
  component: lazyRouteComponent(() => import('./user/new-user-page'), 'NewUserPage'),
})

const user = createRoute({
  getParentRoute,
  path: '/users/$id',
  component: lazyRouteComponent(() => import('./user/user-page'), 'UserPage'),
})

const roles = createRoute({
  getParentRoute,
  path: '/roles',
  component: lazyRouteComponent(() => import('./roles/roles-page'), 'RolesPage'),
})

const teams = createRoute({
  getParentRoute,
  path: '/teams',
  validateSearch: ({ search }): { search?: string } => (typeof search === 'string' && search !== '' ? { search } : {}),
  component: lazyRouteComponent(() => import('./teams/teams-page'), 'TeamsPage'),
})

const team = createRoute({
  getParentRoute,
  path: '/teams/$id',
  component: lazyRouteComponent(() => import('./teams/team-page'), 'TeamPage'),
})

const invites = createRoute({
  getParentRoute,
  path: '/invites',
  validateSearch: ({ send }): { send?: true } => (send === true || send === 'true' ? { send: true } : {}),
  component: lazyRouteComponent(() => import('./invites/invites-page'), 'InvitesPage'),
})

const keys = createRoute({
  getParentRoute,
  path: '/api-keys',
  component: lazyRouteComponent(() => import('./keys/keys-page'), 'KeysPage'),
})

const newKey = createRoute({
  getParentRoute,
  path: '/api-keys/new',
  validateSearch: ({ user }): { user?: string } => (typeof user === 'string' && user !== '' ? { user } : {}),
  component: lazyRouteComponent(() => import('./keys/new-key-page'), 'NewKeyPage'),
})

const key = createRoute({
  getParentRoute,
  path: '/api-keys/$id',
  component: lazyRouteComponent(() => import('./keys/key-page'), 'KeyPage'),
})

const serviceAccounts = createRoute({
  getParentRoute,
  path: '/service-accounts',
  component: lazyRouteComponent(() => import('./service-accounts/service-accounts-page'), 'ServiceAccountsPage'),
})

export const usersRoutes = [
  users,
  newUser,
  user,
  roles,
  teams,
  team,
  invites,
  keys,
  newKey,
  key,
  serviceAccounts,
] as const
