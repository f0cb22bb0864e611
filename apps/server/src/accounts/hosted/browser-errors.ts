import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common'
import { HttpAdapterHost } from '@nestjs/core'
import type { Request, Response } from 'express'
import type { AppError } from '../../lib/index.js'
import { explain, type HttpAdapter } from '../../platform/http/index.js'
import { Log } from '../../platform/log/index.js'
import { describeProblem } from './describe-problem.js'
import { Frames, sendPage } from './frames.js'
import { messagePage } from './pages/mail-pages.js'
import type { Texts } from './texts.js'

/** What the answer of another provider is refused with that is to no sign-in of this browser, or proves nobody. */
const overCodes: readonly string[] = ['invalid_value', 'invalid_secret', 'invalid_body']

/**
 * For routes that a person comes to from another provider: a browser is told in words what went wrong and how to go on, and a
 * program as everywhere.
 */
@Catch()
export class BrowserErrors implements ExceptionFilter {
  constructor(
    private readonly frames: Frames,
    private readonly adapters: HttpAdapterHost<HttpAdapter>,
    private readonly log: Log,
  ) {}

  async catch(error: unknown, host: ArgumentsHost): Promise<void> {
    const http = host.switchToHttp()
    const [request, response] = [http.getRequest<Request>(), http.getResponse<Response>()]
    if (!isBrowser(request) || response.headersSent) return this.adapters.httpAdapter.errors.catch(error, host)
    const explained = explain(error)
    if (explained.status >= 500)
      this.log.error({ requestId: request.id, err: explained.options.cause ?? error }, explained.detail)
    const frame = await this.frames.of(request)
    const view = { ...frame, flow: {} }
    if (explained.options.headers) response.set(explained.options.headers)
    sendPage(response, frame, messagePage(view, frame.texts.failed, wordsFor(explained, frame.texts), explained.status))
  }
}

/** Programs ask for anything or for JSON; only browsers say that they want pages. */
const isBrowser = ({ headers }: Request): boolean => headers.accept?.includes('text/html') ?? false

function wordsFor({ code, status, detail, options: { errors } }: AppError, texts: Texts): string {
  if (errors?.some(({ path }) => path === 'redirectTo')) return texts.problems['invalid_redirect']!
  return overCodes.includes(code) ? texts.signInOver : describeProblem({ code, status, detail, errors }, texts).text
}
