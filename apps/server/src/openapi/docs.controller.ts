import { Controller, Get, Param, Req, Res } from '@nestjs/common'
import { ApiExcludeController } from '@nestjs/swagger'
import type { Request, Response } from 'express'
import { defineError } from '../lib/index.js'
import { Public } from '../platform/http/index.js'
import { type DocsAsset, loadDocsAssets } from './docs-assets.js'
import { docsPage, docsPagePolicy } from './docs-page.js'

const notFound = defineError('not_found')

/** The description of the API for people: Swagger UI, served from here. */
@Public()
@ApiExcludeController()
@Controller('docs')
export class DocsController {
  private loading: Promise<ReadonlyMap<string, DocsAsset>> | undefined

  @Get()
  async show(@Res() response: Response): Promise<void> {
    const assets = await this.load()
    const page = docsPage((file) => `docs/${file}?v=${assets.get(file)!.version}`)
    response.set({ 'Content-Security-Policy': docsPagePolicy, 'Cache-Control': 'no-cache' }).type('html').send(page)
  }

  @Get(':file')
  async sendAsset(@Param('file') file: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const asset = (await this.load()).get(file)
    if (!asset) throw notFound('There is nothing at this path')
    const zipped = request.acceptsEncodings('gzip') === 'gzip'
    response
      .set({
        'Cache-Control': 'public, max-age=31536000, immutable',
        'Content-Type': asset.type,
        Vary: 'Accept-Encoding',
        ...(zipped && { 'Content-Encoding': 'gzip' }),
      })
      .end(zipped ? asset.gzip : asset.plain)
  }

  private load(): Promise<ReadonlyMap<string, DocsAsset>> {
    this.loading ??= loadDocsAssets()
    return this.loading
  }
}
