import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'

export interface HostileProvider {
  readonly issuer: string
  readonly clientId: string
  /** Claims beside those the protocol needs. */
  person: JWTPayload
  /** Changes the claims of the next ID tokens. */
  bend: (claims: JWTPayload) => JWTPayload
  /** Changes the parameters that the browser brings back. */
  bendAnswer: (parameters: URLSearchParams) => void
  /** Changes what the token endpoint answers. */
  bendTokens: (answer: Record<string, unknown>) => Record<string, unknown> | Promise<Record<string, unknown>>
  /** How ID tokens are signed: by the key that is published, by another one, or not. */
  signature: 'own' | 'foreign' | 'none' | 'hmac'
  /** Undefined: the subject and nothing more. */
  userInfo: Record<string, unknown> | undefined
  /** Changes what it says of itself. */
  bendDiscovery: (metadata: Record<string, unknown>) => void
  /** Bodies that came to the token endpoint. */
  readonly tokenRequests: URLSearchParams[]
  /** An ID token as a native app would get it. */
  mint(claims: JWTPayload): Promise<string>
  /** Puts everything back. */
  behave(): void
  close(): void
}

/** A provider of OpenID Connect that does as a test says. It asks nobody: whoever comes is `person`. */
export async function startHostileProvider(): Promise<HostileProvider> {
  const own = await generateKeyPair('RS256')
  const foreign = await generateKeyPair('RS256')
  const jwk = { ...(await exportJWK(own.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }
  const codes = new Map<string, URLSearchParams>()
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const clientId = 'holdfast'

  const peer: HostileProvider = {
    ...{ issuer, clientId, tokenRequests: [] as URLSearchParams[] },
    ...behaviour(),
    mint: (claims) => sign(peer, claims),
    behave: () => Object.assign(peer, behaviour()),
    close() {
      server.close()
      server.closeAllConnections()
    },
  }

  async function sign({ signature }: HostileProvider, extra: JWTPayload): Promise<string> {
    const now = Math.floor(Date.now() / 1000)
    const claims = peer.bend({ iss: issuer, aud: clientId, iat: now, exp: now + 300, ...peer.person, ...extra })
    if (signature === 'none') return new UnsecuredJWT(claims).encode()
    if (signature === 'hmac')
      return new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'k1' }).sign(Buffer.from(String(jwk.n)))
    const { privateKey } = signature === 'own' ? own : foreign
    return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'k1' }).sign(privateKey)
  }

  server.on('request', async (request, response) => {
    const url = new URL(request.url!, issuer)
    const json = (body: unknown, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    switch (url.pathname) {
      case '/.well-known/openid-configuration': {
        const metadata: Record<string, unknown> = {
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          userinfo_endpoint: `${issuer}/userinfo`,
          jwks_uri: `${issuer}/keys`,
          token_endpoint_auth_methods_supported: ['client_secret_post'],
        }
        peer.bendDiscovery(metadata)
        return json(metadata)
      }
      case '/keys':
        return json({ keys: [jwk] })
      case '/authorize': {
        const code = crypto.randomUUID()
        codes.set(code, url.searchParams)
        const answer = new URLSearchParams({ code, state: url.searchParams.get('state')! })
        peer.bendAnswer(answer)
        return response.writeHead(302, { location: `${url.searchParams.get('redirect_uri')}?${answer}` }).end()
      }
      case '/token': {
        const body = new URLSearchParams(Buffer.concat(chunks).toString())
        peer.tokenRequests.push(body)
        const asked = codes.get(body.get('code') ?? '')
        if (!asked) return json({ error: 'invalid_grant' }, 400)
        codes.delete(body.get('code')!)
        const nonce = asked.get('nonce')
        const tokens = await peer.bendTokens({
          access_token: 'at',
          token_type: 'Bearer',
          expires_in: 300,
          id_token: await sign(peer, nonce === null ? {} : { nonce }),
        })
        return json(tokens)
      }
      case '/userinfo':
        return json(peer.userInfo ?? { sub: peer.person.sub })
      default:
        return json({ error: 'nothing' }, 404)
    }
  })
  return peer
}

const behaviour = () => ({
  person: { sub: 'nobody' } as JWTPayload,
  bend: (claims: JWTPayload) => claims,
  bendAnswer: () => {},
  bendTokens: (answer: Record<string, unknown>) => answer,
  signature: 'own' as const,
  userInfo: undefined,
  bendDiscovery: () => {},
})
