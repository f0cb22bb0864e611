import type { RequestOptions, TestResponse, TestServer } from '../../support/index.js'

export interface Cookie {
  readonly value: string
  /** Attributes by their lower-case name; flags are empty texts. */
  readonly attributes: Readonly<Record<string, string>>
}

/** What a browser does with cookies: keeps them by name, and sends those of the path along with the origin of the page. */
export class TestBrowser {
  readonly cookies = new Map<string, Cookie>()
  csrfToken: string | undefined

  constructor(
    readonly server: TestServer,
    private readonly origin: string = server.config.publicUrl,
  ) {}

  async request(method: string, path: string, options: RequestOptions = {}): Promise<TestResponse> {
    const cookie = this.cookieHeader(path)
    const headers = {
      ...(cookie !== '' && { cookie }),
      ...(method !== 'GET' && { origin: this.origin }),
      ...(this.csrfToken !== undefined && method !== 'GET' && { 'x-csrf-token': this.csrfToken }),
      ...options.headers,
    }
    const response = await this.server.request(method, path, { ...options, headers })
    this.keep(response.headers.getSetCookie())
    return response
  }

  /** A request that answers with a session, in cookie mode. */
  async enter(path: string, body: object): Promise<TestResponse> {
    const response = await this.request('POST', path, { body, headers: { 'x-session-mode': 'cookie' } })
    this.csrfToken = response.json?.data?.csrfToken ?? this.csrfToken
    return response
  }

  cookieHeader(path: string): string {
    return [...this.cookies]
      .filter(([, { attributes }]) => path.startsWith(attributes['path'] ?? '/'))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ')
  }

  keep(lines: readonly string[]): void {
    for (const line of lines) {
      const [pair, ...rest] = line.split(/;\s*/)
      const at = pair!.indexOf('=')
      const attributes = Object.fromEntries(rest.map((part) => toPair(part)))
      if (attributes['max-age'] === '0') this.cookies.delete(pair!.slice(0, at))
      else this.cookies.set(pair!.slice(0, at), { value: pair!.slice(at + 1), attributes })
    }
  }
}

const toPair = (part: string): [string, string] => {
  const at = part.indexOf('=')
  return at < 0 ? [part.toLowerCase(), ''] : [part.slice(0, at).toLowerCase(), part.slice(at + 1)]
}
