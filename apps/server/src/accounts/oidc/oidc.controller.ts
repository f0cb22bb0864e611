import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common'
import { ApiExcludeController } from '@nestjs/swagger'
import type { Request, Response } from 'express'
import { CONFIG, type Config } from '../../platform/config/index.js'
import { Elsewhere } from '../../platform/http/index.js'
import { AttemptLimits } from '../limits/attempt-limits.js'
import { clientOf } from '../sign-in/client-of.js'
import { OidcProvider } from './oidc-provider.js'

/** Hands what comes to `/oidc` to the library. Its discovery document describes the routes. */
@ApiExcludeController()
@Elsewhere()
@Controller('oidc')
export class OidcController {
  private readonly publicUrl: URL

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly limits: AttemptLimits,
    private readonly oidc: OidcProvider,
  ) {
    this.publicUrl = new URL(config.publicUrl)
  }

  @Get('*path')
  async get(@Req() request: Request, @Res() response: Response): Promise<void> {
    // The beginning of a sign-in is remembered, whoever begins it.
    if (request.path === '/oidc/auth') await this.limits.count('oidc', clientOf(request).address)
    await this.handOver(request, response)
  }

  @Post('*path')
  async post(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.limits.count('oidc', clientOf(request).address)
    await this.handOver(request, response)
  }

  private async handOver(request: Request, response: Response): Promise<void> {
    const provider = await this.oidc.get()
    this.speakForPublicUrl(request)
    this.allowOrigin(request, response)
    request.url = request.url.slice('/oidc'.length)
    await provider.callback()(request, response)
  }

  /** URLs of answers are made of these; whatever the caller or a proxy said in them, we are who `PUBLIC_URL` says (A102). */
  private speakForPublicUrl({ headers, rawHeaders }: Request): void {
    delete headers['forwarded']
    headers.host = this.publicUrl.host
    headers['x-forwarded-host'] = this.publicUrl.host
    headers['x-forwarded-proto'] = this.publicUrl.protocol.slice(0, -1)
    rawHeaders.length = 0
  }

  /** Pages of other origins are those of `CORS_ORIGINS`, as everywhere; the library adds none where one is named. */
  private allowOrigin({ headers: { origin } }: Request, response: Response): void {
    const allowed = origin !== undefined && this.config.corsOrigins.includes(origin)
    response.setHeader('Access-Control-Allow-Origin', allowed ? origin : this.publicUrl.origin)
    response.appendHeader('Vary', 'Origin')
  }
}
