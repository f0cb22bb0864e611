import { createHash, timingSafeEqual } from 'node:crypto'
import { Controller, Get, Inject, Req, Res } from '@nestjs/common'
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger'
import type { Request, Response } from 'express'
import { Identities, isAdmin } from '../auth/index.js'
import { defineError } from '../lib/index.js'
import { Metrics, writeMetrics } from '../observability/index.js'
import { CONFIG, type Config } from '../platform/config/index.js'
import { Database } from '../platform/db/index.js'
import { Elsewhere } from '../platform/http/index.js'
import { Meters } from '../platform/meters/index.js'

const contentType = 'text/plain; version=0.0.4; charset=utf-8'
const notFound = defineError('not_found')

/** For collectors. Whoever may not read it finds nothing there. */
@ApiTags('Observe')
@Elsewhere()
@Controller('metrics')
export class PrometheusController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly identities: Identities,
    private readonly metrics: Metrics,
    private readonly meters: Meters,
    private readonly db: Database,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Counters and gauges of this node, for Prometheus',
    description: 'With METRICS_TOKEN as the bearer token, or as an admin.',
  })
  @ApiProduces('text/plain')
  @ApiOkResponse({ description: '', content: { 'text/plain': { schema: { type: 'string' } } } })
  async read(@Req() request: Request, @Res() response: Response): Promise<void> {
    if (!this.hasToken(request) && !(await this.isAdmin(request))) throw notFound('There is nothing at this path')
    response.set('content-type', contentType).send(writeMetrics(this.metrics, this.meters, this.db))
  }

  private hasToken({ headers: { authorization = '' } }: Request): boolean {
    const { metricsToken } = this.config
    return metricsToken !== undefined && timingSafeEqual(hash(authorization), hash(`Bearer ${metricsToken}`))
  }

  private async isAdmin(request: Request): Promise<boolean> {
    const found = await this.identities.ofRequest(request).catch(() => undefined)
    return found !== undefined && isAdmin(found.principal)
  }
}

/** Texts of one length, which a comparison in constant time needs. */
const hash = (text: string): Buffer => createHash('sha256').update(text).digest()
