import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface GithubPeer {
  readonly url: string
  user: Record<string, unknown>
  emails: unknown
  close(): void
}

/** A server as GitHub Enterprise is one: plain OAuth 2, errors with status 200, e-mail addresses by a route of their own. */
export async function startGithubPeer(): Promise<GithubPeer> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const codes = new Map<string, string | null>()
  const peer: GithubPeer = {
    ...{ url, user: {}, emails: [] },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
  server.on('request', async (request, response) => {
    const { pathname, searchParams } = new URL(request.url!, url)
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = new URLSearchParams(Buffer.concat(chunks).toString())
    const json = (value: unknown, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    const knows = request.headers.authorization === 'Bearer gho_token' && request.headers['user-agent'] !== undefined
    switch (pathname) {
      case '/login/oauth/authorize': {
        const code = crypto.randomUUID()
        codes.set(code, searchParams.get('code_challenge'))
        const answer = new URLSearchParams({ code, state: searchParams.get('state')! })
        return response.writeHead(302, { location: `${searchParams.get('redirect_uri')}?${answer}` }).end()
      }
      case '/login/oauth/access_token': {
        const challenge = codes.get(body.get('code') ?? '')
        codes.delete(body.get('code') ?? '')
        const known = challenge && body.get('client_secret') === 'github secret' && body.get('code_verifier')
        if (!known) return json({ error: 'bad_verification_code' })
        return json({ access_token: 'gho_token', token_type: 'bearer', scope: 'read:user,user:email' })
      }
      case '/api/v3/user':
        return knows ? json(peer.user) : json({ message: 'Bad credentials' }, 401)
      case '/api/v3/user/emails':
        return knows ? json(peer.emails) : json({ message: 'Bad credentials' }, 401)
      default:
        return json({}, 404)
    }
  })
  return peer
}
