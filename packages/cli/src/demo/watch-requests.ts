/** One request, to be shown as a `curl` command. */
export interface SeenRequest {
  readonly method: string
  readonly url: string
  readonly signedIn: boolean
  readonly body: string | undefined
}

/** A `fetch` that remembers what it sent. */
export function watchRequests(): { fetch: typeof fetch; take(): SeenRequest[] } {
  let seen: SeenRequest[] = []
  return {
    fetch: (input, init) => {
      const headers = new Headers(init?.headers)
      seen.push({
        method: init?.method ?? 'GET',
        url: String(input),
        signedIn: headers.has('authorization'),
        body: typeof init?.body === 'string' ? init.body : undefined,
      })
      return fetch(input, init)
    },
    take: () => {
      const taken = seen
      seen = []
      return taken
    },
  }
}

/** The request as one would type it. `$TOKEN` stands for the access token. */
export function toCurl({ method, url, signedIn, body }: SeenRequest): string {
  const parts = [
    'curl -g',
    ...(method === 'GET' || (method === 'POST' && body !== undefined) ? [] : [`-X ${method}`]),
    quote(readable(url)),
    ...(signedIn ? ['-H "Authorization: Bearer $TOKEN"'] : []),
    ...(body === undefined ? [] : [`--json ${quote(body)}`]),
  ]
  return parts.join(' ')
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** Decodes what curl sends as it is; what would change the meaning of the URL stays encoded. */
const readable = (url: string): string => url.replaceAll(/%(?:22|24|2C|3A|5B|5D|7B|7D|28|29)/g, decodeURIComponent)
