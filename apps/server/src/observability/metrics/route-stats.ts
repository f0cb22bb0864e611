import { type RequestClass, requestClasses } from '@holdfast/contract'
import { bucketCount } from './latency.js'

/** Upper bounds of the buckets of `/metrics`, in milliseconds. */
export const boundsMs = [2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000]

/** Of one kind of request, since the minute began. */
export class ClassStats {
  requests = 0
  clientErrors = 0
  serverErrors = 0
  readonly latency = new Uint32Array(bucketCount)
}

/** Of one route and method, since the process began. Made once, counted into for each request. */
export class RouteStats {
  readonly kind: RequestClass
  /** Requests by the first digit of their status. */
  readonly statuses = new Float64Array(6)
  /** The last one is what took longer than every bound. */
  readonly buckets = new Float64Array(boundsMs.length + 1)
  sumMs = 0
  /** Asked for all the time by machines and by the console itself: not worth a line, unless it fails. */
  readonly quiet: boolean

  constructor(
    readonly method: string,
    readonly route: string | undefined,
  ) {
    this.kind = classOf(method, route)
    this.quiet = route !== undefined && /^\/(health|metrics|console|$)|^\/api\/v1\/admin\/observe\//.test(route)
  }

  count(status: number, tookMs: number): void {
    const digit = (status / 100) | 0
    this.statuses[digit < 6 ? digit : 5]! += 1
    this.sumMs += tookMs
    let at = 0
    while (at < boundsMs.length && tookMs > boundsMs[at]!) at += 1
    this.buckets[at]! += 1
  }
}

function classOf(method: string, route: string | undefined): RequestClass {
  if (route === undefined || method === 'OPTIONS') return 'other'
  if (route.startsWith('/api/v1/collections/') || route === '/api/v1/batch') {
    const reads = method === 'GET' || method === 'HEAD' || /\/(query|aggregate|count)$/.test(route)
    return reads ? 'read' : 'write'
  }
  const part = /^\/api\/v1\/(\w+)/.exec(route)?.[1]
  return requestClasses.find((kind) => kind === part) ?? 'other'
}
