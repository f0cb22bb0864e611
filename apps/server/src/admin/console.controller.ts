import { Controller, Get, Req, Res } from '@nestjs/common'
import { ApiExcludeController } from '@nestjs/swagger'
import type { Request, Response } from 'express'
import { defineError } from '../lib/index.js'
import { Public } from '../platform/http/index.js'
import { type ConsoleFile, consoleBuiltAt, listConsoleFiles } from './console-files.js'

const notFound = defineError('not_found')

/**
 * Scripts only from files of this server, and no connection to anybody else: what a record holds can neither run nor leave.
 * Styles may stand in the page, where the component library puts them.
 */
export const consolePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The admin web app: files that were built beforehand. Everything they show they ask the API for, as whoever is signed in. */
@Public()
@ApiExcludeController()
@Controller()
export class ConsoleController {
  private listing: Promise<ReadonlyMap<string, ConsoleFile>> | undefined
  private builtAt: number | undefined

  @Get('/')
  root(@Res() response: Response): void {
    response.redirect(302, '/console/')
  }

  /** The set-up link of versions before the console. The fragment, with the token, is kept by browsers. */
  @Get('setup')
  setup(@Res() response: Response): void {
    response.redirect(302, '/console/setup')
  }

  @Get(['console', 'console/{*path}'])
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    if (request.path === '/console') return response.redirect(302, '/console/')
    const name = request.path.slice('/console/'.length)
    if (!name.startsWith('assets/')) await this.notice()
    const files = await this.list()
    const page = files.get('index.html')
    // Paths of the app are its own business; what looks like a file and is none must not be answered with the page.
    const file = files.get(name) ?? (/\.[a-z0-9]+$/.test(name) && name.startsWith('assets/') ? undefined : page)
    if (!file) throw notFound('There is nothing at this path')
    await send(file, request, response)
  }

  /** Another build has other files: whoever gets its page must get them too. Files of a build never change, and ask for nothing. */
  private async notice(): Promise<void> {
    const builtAt = await consoleBuiltAt().catch(() => undefined)
    if (builtAt === this.builtAt) return
    this.builtAt = builtAt
    this.listing = undefined
  }

  private list(): Promise<ReadonlyMap<string, ConsoleFile>> {
    this.listing ??= listConsoleFiles().catch((cause: unknown) => {
      this.listing = undefined
      throw notFound('The console was not built', { hint: 'Run `npx -y pnpm@12 build`', cause })
    })
    return this.listing
  }
}

const encodings = { br: '.br', gzip: '.gz' } as const

function send({ path, type, immutable }: ConsoleFile, request: Request, response: Response): Promise<void> {
  const encoding = request.acceptsEncodings('br', 'gzip') as keyof typeof encodings | false
  response.set({
    'Content-Security-Policy': consolePolicy,
    'Content-Type': type,
    'Cache-Control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    'Referrer-Policy': 'no-referrer',
    Vary: 'Accept-Encoding',
    ...(encoding && { 'Content-Encoding': encoding }),
  })
  const options = {
    cacheControl: false,
    acceptRanges: false,
    lastModified: false,
    etag: true,
    dotfiles: 'allow',
  } as const
  return new Promise((resolve, reject) => {
    response.sendFile(encoding ? path + encodings[encoding] : path, options, (error) => {
      // A browser that went elsewhere in the meantime is no error of ours.
      if (error && (error as NodeJS.ErrnoException).code !== 'ECONNABORTED') reject(error)
      else resolve()
    })
  })
}
