import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { shellRoute } from '../app/routes'

const layout = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings-layout'), 'SettingsLayout'),
})

const index = createRoute({
  getParentRoute: () => layout,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/settings/$section', params: { section: 'mail' } })
  },
})

/** A section of settings, by its name; the form follows from its JSON Schema. */
const section = createRoute({
  getParentRoute: () => layout,
  path: '$section',
  component: lazyRouteComponent(() => import('./section-page'), 'SectionPage'),
})

const environment = createRoute({
  getParentRoute: () => layout,
  path: 'environment',
  component: lazyRouteComponent(() => import('./environment-page'), 'EnvironmentPage'),
})

const providers = createRoute({
  getParentRoute: () => layout,
  path: 'providers',
  component: lazyRouteComponent(() => import('./providers/providers-page'), 'ProvidersPage'),
})

const addProvider = createRoute({
  getParentRoute: () => layout,
  path: 'providers/add/$kind',
  component: lazyRouteComponent(() => import('./providers/provider-pages'), 'AddProviderPage'),
})

const provider = createRoute({
  getParentRoute: () => layout,
  path: 'providers/$id',
  component: lazyRouteComponent(() => import('./providers/provider-pages'), 'ProviderPage'),
})

const oidcClients = createRoute({
  getParentRoute: () => layout,
  path: 'oidc-clients',
  component: lazyRouteComponent(() => import('./oidc-clients/oidc-clients-page'), 'OidcClientsPage'),
})

const mails = createRoute({
  getParentRoute: () => layout,
  path: 'mail-texts',
  component: lazyRouteComponent(() => import('./mails/mails-page'), 'MailsPage'),
})

const mail = createRoute({
  getParentRoute: () => layout,
  path: 'mail-texts/$kind/$language',
  component: lazyRouteComponent(() => import('./mails/mail-page'), 'MailPage'),
})

const signingKeys = createRoute({
  getParentRoute: () => layout,
  path: 'signing-keys',
  component: lazyRouteComponent(() => import('./signing-keys/signing-keys-page'), 'SigningKeysPage'),
})

const signInRoutes = [providers, addProvider, provider, oidcClients, mails, mail, signingKeys] as const

/** The list, and the form of the section `backups` below it. */
const backups = createRoute({
  getParentRoute: () => layout,
  path: 'backups',
  component: lazyRouteComponent(() => import('./backups/backups-page'), 'BackupsPage'),
})

const restore = createRoute({
  getParentRoute: () => layout,
  path: 'backups/$name',
  component: lazyRouteComponent(() => import('./backups/restore/restore-page'), 'RestorePage'),
})

export const settingsRoutes = [
  layout.addChildren([index, environment, backups, restore, ...signInRoutes, section]),
] as const
