import type { Request } from 'express'
import type { ClientInfo } from '../../auth/index.js'

/** Where a request comes from. Express has looked through the proxies that are trusted, and no others. */
export function clientOf(request: Request): ClientInfo {
  const [country, city] = placeOf(request)
  return { address: request.ip ?? '', userAgent: request.headers['user-agent'], country, city }
}

const maxPlaceLength = 100

/** What the proxy in front tells of the place. What comes from elsewhere, anyone may have written. */
function placeOf({ app, socket, headers }: Request): (string | undefined)[] {
  const names: readonly string[] = app.get('place headers') ?? []
  const isTrusted: (address: string | undefined, hops: number) => boolean = app.get('trust proxy fn')
  if (names.length === 0 || !isTrusted(socket.remoteAddress, 0)) return []
  return names.map((name) => readable(headers[name]))
}

function readable(value: string | string[] | undefined): string | undefined {
  if (typeof value !== 'string') return undefined
  const text = Buffer.from(value, 'latin1')
    .toString()
    .replaceAll(/\p{Cc}/gu, '')
    .trim()
  return text === '' ? undefined : text.slice(0, maxPlaceLength)
}
