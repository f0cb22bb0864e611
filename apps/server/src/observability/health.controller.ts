import { Controller, Get, Header } from '@nestjs/common'
import { AppError } from '../lib/index.js'
import { Public } from '../platform/http/index.js'
import { Readiness } from './readiness.js'

/** Probes for load balancers and orchestrators. They cost no query, so they may be called as often as one likes. */
@Public()
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  /** The process runs. */
  @Get('live')
  @Header('cache-control', 'no-store')
  live(): { status: 'live' } {
    return { status: 'live' }
  }

  /** The node takes requests. @throws unavailable while PostgreSQL does not answer, and once the node is stopping */
  @Get('ready')
  @Header('cache-control', 'no-store')
  ready(): { status: 'ready' } {
    if (this.readiness.ready) return { status: 'ready' }
    throw new AppError('unavailable', 'This node takes no requests right now', { headers: { 'retry-after': '1' } })
  }
}
