import type { ServerResponse } from 'node:http'
import { type RequestClass, requestClasses } from '@holdfast/contract'
import { templateOf } from '../../platform/http/index.js'
import { bucketOf, toSparse } from './latency.js'
import { ClassStats, RouteStats } from './route-stats.js'
import type { ClassNumbers } from './window.js'

/** Methods beyond these, which nobody serves, are counted as one: labels must not grow by what strangers send. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** Counts requests, by route since the process began and by kind since the minute began: two lookups and some additions for each. */
export class RequestMeter {
  private readonly routes = new Map<string | undefined, Map<string, RouteStats>>()
  private classes = freshClasses()

  /** The route's counters, for whoever else wants to know of it. */
  count({ req: request }: ServerResponse, status: number, tookMs: number): RouteStats {
    const stats = this.find(templateOf(request), request.method!)
    stats.count(status, tookMs)
    const kind = this.classes[stats.kind]
    kind.requests += 1
    if (status >= 500) kind.serverErrors += 1
    else if (status >= 400) kind.clientErrors += 1
    kind.latency[bucketOf(tookMs)]! += 1
    return stats
  }

  all(): RouteStats[] {
    return [...this.routes.values()].flatMap((byMethod) => [...byMethod.values()])
  }

  /** What was counted since this was last called with `begin`. */
  read(begin: boolean): Partial<Record<RequestClass, ClassNumbers>> {
    const numbers: Partial<Record<RequestClass, ClassNumbers>> = {}
    for (const name of requestClasses) {
      const { requests, clientErrors, serverErrors, latency } = this.classes[name]
      if (requests > 0) numbers[name] = [requests, clientErrors, serverErrors, toSparse(latency)]
    }
    if (begin) this.classes = freshClasses()
    return numbers
  }

  private find(route: string | undefined, method: string): RouteStats {
    let byMethod = this.routes.get(route)
    if (byMethod === undefined) {
      byMethod = new Map()
      this.routes.set(route, byMethod)
    }
    const known = methods.has(method) ? method : 'other'
    let stats = byMethod.get(known)
    if (stats === undefined) {
      stats = new RouteStats(known, route)
      byMethod.set(known, stats)
    }
    return stats
  }
}

const freshClasses = () =>
  Object.fromEntries(requestClasses.map((name) => [name, new ClassStats()])) as Record<RequestClass, ClassStats>
