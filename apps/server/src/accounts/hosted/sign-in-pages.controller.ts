import { Controller, Get, Inject, Post, Req } from '@nestjs/common'
import { ApiExcludeController } from '@nestjs/swagger'
import type { Request } from 'express'
import { SessionCookies } from '../../auth/index.js'
import { AppError } from '../../lib/index.js'
import { CONFIG, type Config } from '../../platform/config/index.js'
import { Public } from '../../platform/http/index.js'
import type { Trouble } from './describe-problem.js'
import { FinishSignIn } from './finish-sign-in.js'
import { linkTo } from './flow.js'
import type { Answered } from './page.js'
import { mailSentPage, messagePage } from './pages/mail-pages.js'
import { directoryPage, signInPage, signUpPage } from './pages/sign-in-page.js'
import { ProviderLinks } from './provider-links.js'
import { type Visit, Visits } from './visits.js'

/** Signing in and up, with a password or by another provider. */
@ApiExcludeController()
@Public()
@Controller('auth/ui')
export class SignInPagesController {
  constructor(
    private readonly visits: Visits,
    private readonly finishing: FinishSignIn,
    private readonly providers: ProviderLinks,
    private readonly cookies: SessionCookies,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get()
  start(@Req() request: Request): Promise<void> {
    return this.visits.answer(request, ({ view }) => ({ location: linkTo('sign-in', view.flow) }))
  }

  @Get('sign-in')
  showSignIn(@Req() request: Request): Promise<void> {
    return this.visits.answer(request, async (visit) => {
      const me = (await this.cookies.readSessionId(request)) && (await visit.api('GET', '/auth/me'))
      const isKnown = typeof me === 'object' && me.ok
      if (isKnown && visit.view.flow.redirectTo === undefined) return { location: '/auth/ui/account' }
      const known = isKnown && visit.fields['again'] === undefined ? (me.data.email ?? me.data.id) : undefined
      return this.signInPage(visit, { known })
    })
  }

  @Post('sign-in')
  signIn(@Req() request: Request): Promise<void> {
    return this.visits.answer(request, async (visit) => {
      const { email = '', password = '' } = visit.fields
      const answer = await visit.api('POST', '/auth/login', { email, password })
      return answer.ok
        ? this.finishing.finish(visit, answer)
        : this.signInPage(visit, { email, trouble: answer.trouble })
    })
  }

  @Post('continue')
  goOn(@Req() request: Request): Promise<void> {
    return this.visits.answer(request, async ({ view }) => {
      const sessionId = await this.cookies.readSessionId(request)
      const found = sessionId && (await this.finishing.toApp(view, sessionId))
      return found || { location: '/auth/ui/account' }
    })
  }

  @Get('sign-up')
  showSignUp(@Req() request: Request): Promise<void> {
    return this.visits.answer(request, ({ view }) => signUpPage(view))
  }

  @Post('sign-up')
  signUp(@Req() request: Request): Promise<void> {
    return this.visits.answer(request, async (visit) => {
      const { email = '', password = '' } = visit.fields
      const answer = await visit.api('POST', '/auth/signup', { email, password })
      if (!answer.ok) return signUpPage(visit.view, { email, trouble: answer.trouble })
      return answer.data?.verify ? mailSentPage(visit.view, email) : this.finishing.finish(visit, answer)
    })
  }

  @Post('sign-out')
  signOut(@Req() request: Request): Promise<void> {
    return this.visits.answer(request, async ({ api }) => {
      await api('POST', '/auth/logout')
      this.cookies.clear(request.res!)
      return { location: '/auth/ui/sign-in' }
    })
  }

  @Get('provider')
  begin(@Req() request: Request): Promise<void> {
    return this.visits.answer(request, async (visit) => {
      const provider = await this.find(visit)
      return { location: this.providers.begin(request, provider.url) }
    })
  }

  /** Where providers send browsers back to that began at our pages. */
  @Get('callback')
  callback(@Req() request: Request): Promise<void> {
    return this.visits.answer(request, async (visit) => {
      const codeVerifier = this.providers.verifierOf(request)
      const { code } = visit.fields
      if (code === undefined || codeVerifier === undefined) return this.refused(visit)
      const answer = await visit.api('POST', '/auth/oauth/exchange', { code, codeVerifier })
      return answer.ok ? this.finishing.finish(visit, answer) : this.signInPage(visit, { trouble: answer.trouble })
    })
  }

  @Get('directory')
  showDirectory(@Req() request: Request): Promise<void> {
    return this.visits.answer(request, async (visit) => directoryPage(visit.view, await this.find(visit)))
  }

  @Post('directory')
  directory(@Req() request: Request): Promise<void> {
    return this.visits.answer(request, async (visit) => {
      const provider = await this.find(visit)
      const { username = '', password = '' } = visit.fields
      const answer = await visit.api('POST', `/auth/ldap/${provider.id}`, { username, password })
      if (answer.ok) return this.finishing.finish(visit, answer)
      return directoryPage(visit.view, { ...provider, username, trouble: answer.trouble })
    })
  }

  private async signInPage(
    visit: Visit,
    facts: { email?: string; known?: string; trouble?: Trouble },
  ): Promise<Answered> {
    const returnsHere = visit.view.flow.redirectTo?.origin === new URL(this.config.publicUrl).origin
    return signInPage(visit.view, { ...facts, returnsHere, providers: await this.providers.list(visit) })
  }

  private refused({ view, fields }: Visit): Answered {
    return messagePage(
      view,
      view.texts.signIn,
      view.texts.problems[fields['error'] ?? ''] ?? view.texts.linkOverText,
      400,
    )
  }

  private async find(visit: Visit) {
    const found = (await this.providers.list(visit)).find(({ id }) => id === visit.fields['id'])
    if (found) return found
    throw new AppError('not_found', 'There is no such provider')
  }
}
