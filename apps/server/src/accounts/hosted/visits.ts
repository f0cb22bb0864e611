import type { Problem } from '@holdfast/contract'
import { Inject, Injectable } from '@nestjs/common'
import type { Request, Response } from 'express'
import { SessionCookies } from '../../auth/index.js'
import { AppError } from '../../lib/index.js'
import { CONFIG, type Config } from '../../platform/config/index.js'
import { explain, type RouteCall, RouteCalls } from '../../platform/http/index.js'
import { Log } from '../../platform/log/index.js'
import { providers } from '../bot-checks/bot-check-settings.js'
import { BotChecks } from '../bot-checks/bot-checks.js'
import { Redirects } from '../redirects/redirects.js'
import { describeProblem, type Trouble } from './describe-problem.js'
import { parseFlow } from './flow.js'
import { FormTokens } from './form-tokens.js'
import { Frames, sendPage } from './frames.js'
import type { Answered, View } from './page.js'
import { troublePage } from './pages/trouble-page.js'

/** What the API said to a call of a page. */
// biome-ignore lint/suspicious/noExplicitAny: answers of every route, read where they are shown
export type ApiAnswer<Data = any> =
  | { readonly ok: true; readonly data: Data; readonly setCookies: readonly string[] }
  | { readonly ok: false; readonly trouble: Trouble }

/** One request of a browser for a page. */
export interface Visit {
  readonly request: Request
  readonly view: View
  /** Fields of the form, or of the query: texts. */
  readonly fields: Readonly<Record<string, string>>
  /** Does what an app would do: calls a route of the API as this browser, in cookie mode. */
  api(method: RouteCall['method'], path: string, body?: object): Promise<ApiAnswer>
}

/** Answers browsers: with pages, for GET and for forms that are ours. */
@Injectable()
export class Visits {
  private readonly origin: string

  constructor(
    @Inject(CONFIG) config: Config,
    private readonly frames: Frames,
    private readonly tokens: FormTokens,
    private readonly redirects: Redirects,
    private readonly botChecks: BotChecks,
    private readonly cookies: SessionCookies,
    private readonly routes: RouteCalls,
    private readonly log: Log,
  ) {
    this.origin = new URL(config.publicUrl).origin
  }

  async answer(request: Request, handle: (visit: Visit) => Promise<Answered> | Answered): Promise<void> {
    const response = request.res!
    const visit = await this.begin(request)
    try {
      const view: View = { ...visit.view, flow: await parseFlow(visit.fields, this.redirects) }
      if (request.method === 'POST') await this.tokens.require(request, visit.fields['csrf'])
      send(response, view, await handle({ ...visit, view }))
    } catch (error) {
      const explained = explain(error)
      // The log has what only we are to know.
      if (explained.status >= 500) this.log.error({ requestId: request.id, err: error }, explained.detail)
      send(response, visit.view, troublePage(visit.view, toTrouble(explained, visit.view)))
    }
  }

  private async begin(request: Request): Promise<Visit> {
    const fields = textsIn(request.method === 'POST' ? request.body : request.query)
    const view: View = {
      ...(await this.frames.of(request)),
      flow: {},
      token: await this.tokens.issue(request),
      botCheck: await this.botChecks.describe(),
    }
    return { request, view, fields, api: (method, path, body) => this.call(request, view, fields, method, path, body) }
  }

  private async call(
    request: Request,
    { texts, botCheck }: View,
    fields: Visit['fields'],
    method: RouteCall['method'],
    path: string,
    body?: object,
  ): Promise<ApiAnswer> {
    const sessionId = await this.cookies.readSessionId(request)
    const task = botCheck.provider === null ? undefined : fields[providers[botCheck.provider].field]
    const headers: Record<string, string> = {
      origin: this.origin,
      'x-session-mode': 'cookie',
      ...(request.headers.cookie !== undefined && { cookie: request.headers.cookie }),
      ...(sessionId !== undefined && { 'x-csrf-token': await this.cookies.csrfToken(sessionId) }),
      ...(task !== undefined && { 'x-bot-token': task }),
    }
    const answer = await this.routes.call(request, { method, url: `/api/v1${path}`, headers, body })
    const setCookies = [answer.headers['set-cookie'] ?? []].flat() as string[]
    if (setCookies.length > 0) request.res!.appendHeader('Set-Cookie', setCookies)
    const json = answer.text === '' ? {} : JSON.parse(answer.text)
    if (answer.status < 400) return { ok: true, data: json.data, setCookies }
    return { ok: false, trouble: describeProblem(json as Problem, texts) }
  }
}

function toTrouble({ code, status, detail, options }: AppError, { texts }: View): Trouble {
  const isRedirect = options.errors?.some(({ path }) => path === 'redirectTo')
  if (isRedirect) return { text: texts.problems['invalid_redirect']!, fields: {}, status, code }
  return describeProblem({ code, status, detail, errors: options.errors }, texts)
}

/** Only texts: what else a query string may hold is no field of ours. */
const textsIn = (given: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries((given ?? {}) as object).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )

function send(response: Response, view: View, answered: Answered): void {
  if ('location' in answered)
    response.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' }).redirect(303, answered.location)
  else sendPage(response, view, answered)
}
