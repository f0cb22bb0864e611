import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'

/** What the identity provider knows of somebody: claims by the standard's names. */
export type KnownPerson = Readonly<Record<string, unknown>>

export interface IdentityProvider {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** Who there is, by subject. */
  readonly people: Map<string, KnownPerson>
  /** Who sits before the browser: signs in and agrees, or, undefined, refuses. */
  person: string | undefined
  /** How often each of its endpoints was asked. */
  readonly asked: Map<string, number>
  close(): void
}

/** A real provider of OpenID Connect on the loopback, where whoever is asked signs in at once. */
export async function startIdentityProvider(
  redirectUris: readonly string[],
  options: { accessTokenSeconds?: number } = {},
): Promise<IdentityProvider> {
  const people = new Map<string, KnownPerson>()
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const [clientId, clientSecret] = ['holdfast', 'a secret of the provider, long enough for it']
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [...redirectUris],
        grant_types: ['authorization_code', 'refresh_token'],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'picture', 'groups'] },
    scopes: ['openid', 'email', 'profile', 'offline_access'],
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context: unknown, interaction: { uid: string }) => `/interaction/${interaction.uid}` },
    ttl: {
      AccessToken: options.accessTokenSeconds ?? 3600,
      Session: 3600,
      Grant: 3600,
      Interaction: 600,
      IdToken: 600,
    },
    cookies: { keys: ['a key of the test'] },
    findAccount: (_context: unknown, sub: string) =>
      people.has(sub) ? { accountId: sub, claims: () => ({ sub, ...people.get(sub) }) } : undefined,
  })
  const peer: IdentityProvider = {
    ...{ issuer, clientId, clientSecret, people, person: undefined, asked: new Map() },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
  const callback = provider.callback()
  server.on('request', (request, response) => {
    const path = request.url!.split('?')[0]!
    peer.asked.set(path, (peer.asked.get(path) ?? 0) + 1)
    if (!path.startsWith('/interaction/')) callback(request, response)
    else
      decide().catch((error: unknown) => {
        response.statusCode = 500
        response.end(String(error))
      })
    async function decide(): Promise<void> {
      const { prompt, params, session, grantId } = await provider.interactionDetails(request, response)
      if (peer.person === undefined) {
        await provider.interactionFinished(request, response, { error: 'access_denied' })
        return
      }
      if (prompt.name === 'login') {
        await provider.interactionFinished(request, response, { login: { accountId: peer.person } })
        return
      }
      const known = grantId ? await provider.Grant.find(grantId) : undefined
      const grant =
        known ?? new provider.Grant({ accountId: session!.accountId, clientId: params['client_id'] as string })
      grant.addOIDCScope(String(params['scope']))
      await provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } })
    }
  })
  return peer
}
