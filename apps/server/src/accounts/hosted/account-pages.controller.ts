import { Controller, Get, Post, Req } from '@nestjs/common'
import { ApiExcludeController } from '@nestjs/swagger'
import type { Request } from 'express'
import { AppError } from '../../lib/index.js'
import { Public } from '../../platform/http/index.js'
import type { Trouble } from './describe-problem.js'
import type { Answered } from './page.js'
import { type AccountFacts, accountPage, stepUpPage } from './pages/account-page.js'
import { enrolPage } from './pages/enrol-page.js'
import { goOnPage, messagePage } from './pages/mail-pages.js'
import { ProviderLinks } from './provider-links.js'
import type { Texts } from './texts.js'
import { type ApiAnswer, type Visit, Visits } from './visits.js'

interface Action {
  act(visit: Visit): Promise<ApiAnswer>
  readonly done?: keyof Texts & ('changed' | 'passwordChanged' | 'changeEmailDone')
}

const idOf = ({ fields }: Visit): string => encodeURIComponent(fields['id'] ?? '')

/** What somebody can do with the own account: one call of the API each. */
const actions: Readonly<Record<string, Action>> = {
  password: {
    act: ({ api, fields: { current = '', password = '' } }) =>
      api('POST', '/auth/password/change', { current, password }),
    done: 'passwordChanged',
  },
  end: { act: (visit) => visit.api('DELETE', `/auth/sessions/${idOf(visit)}`) },
  'end-others': { act: ({ api }) => api('DELETE', '/auth/sessions') },
  'remove-factor': { act: (visit) => visit.api('DELETE', `/auth/mfa/${idOf(visit)}`) },
  'remove-passkey': { act: (visit) => visit.api('DELETE', `/auth/passkeys/${idOf(visit)}`) },
  unlink: { act: (visit) => visit.api('DELETE', `/auth/identities/${idOf(visit)}`) },
  email: {
    act: ({ api, fields: { email = '' } }) => api('POST', '/auth/email/change', { email }),
    done: 'changeEmailDone',
  },
}

/** The account of whoever is signed in here. */
@ApiExcludeController()
@Public()
@Controller('auth/ui/account')
export class AccountPagesController {
  constructor(
    private readonly visits: Visits,
    private readonly providers: ProviderLinks,
  ) {}

  @Get()
  show(@Req() request: Request): Promise<void> {
    return this.visits.answer(request, (visit) => {
      const { texts } = visit.view
      const done = actions[visit.fields['done'] ?? '']
      return this.page(visit, { done: done && texts[done.done ?? 'changed'] })
    })
  }

  @Post('totp')
  beginTotp(@Req() request: Request): Promise<void> {
    return this.visits.answer(request, async (visit) => {
      const answer = await visit.api('POST', '/auth/mfa/totp', {})
      if (!answer.ok) return this.refused(visit, answer.trouble)
      return enrolPage(visit.view, { secret: answer.data.secret, qr: answer.data.qr })
    })
  }

  /** A page with a link, since browsers hold what a form leads to against the policy of its page. */
  @Post('link')
  beginLink(@Req() request: Request): Promise<void> {
    return this.visits.answer(request, async (visit) => {
      const target = this.providers.comeBack(request, 'account/linked')
      const answer = await visit.api('POST', `/auth/identities/${idOf(visit)}`, target)
      return answer.ok ? goOnPage(visit.view, answer.data.url) : this.refused(visit, answer.trouble)
    })
  }

  /** Where providers send browsers back to that went to link one: the code is of use to the user who began. */
  @Get('linked')
  link(@Req() request: Request): Promise<void> {
    return this.visits.answer(request, async (visit) => {
      const { code = '' } = visit.fields
      const codeVerifier = this.providers.verifierOf(request) ?? ''
      const answer = await visit.api('POST', '/auth/identities', { code, codeVerifier })
      return answer.ok ? { location: '/auth/ui/account?done=unlink' } : this.refused(visit, answer.trouble)
    })
  }

  @Post('step-up')
  stepUp(@Req() request: Request): Promise<void> {
    return this.visits.answer(request, async (visit) => {
      const { password, code } = visit.fields
      const answer = await visit.api('POST', '/auth/step-up', code === undefined ? { password } : { code })
      return answer.ok ? { location: '/auth/ui/account' } : stepUpPage(visit.view, code !== undefined, answer.trouble)
    })
  }

  @Post('delete')
  remove(@Req() request: Request): Promise<void> {
    return this.visits.answer(request, async (visit) => {
      const answer = await visit.api('DELETE', '/auth/me', {})
      return answer.ok ? messagePage(visit.view, visit.view.texts.deleted) : this.refused(visit, answer.trouble)
    })
  }

  @Post(':action')
  change(@Req() request: Request): Promise<void> {
    return this.visits.answer(request, async (visit) => {
      const name = request.params['action'] as string
      const action = Object.hasOwn(actions, name) ? actions[name] : undefined
      if (action === undefined) throw new AppError('not_found', 'There is nothing at this path')
      const answer = await action.act(visit)
      // A new address, since the page is one of another session now, perhaps, and a reload must not do it again.
      return answer.ok ? { location: `/auth/ui/account?done=${name}` } : this.refused(visit, answer.trouble)
    })
  }

  private async refused(visit: Visit, trouble: Trouble): Promise<Answered> {
    if (trouble.code !== 'step_up_required') return this.page(visit, { trouble })
    const mfa = await visit.api('GET', '/auth/mfa')
    const hasCode = mfa.ok && mfa.data.factors.some(({ kind }: { kind: string }) => kind === 'totp')
    return stepUpPage(visit.view, hasCode)
  }

  private async page(visit: Visit, told: { trouble?: Trouble; done?: string }): Promise<Answered> {
    const me = await visit.api('GET', '/auth/me')
    if (!me.ok) return { location: me.trouble.code === 'token_expired' ? '/api/v1/auth/continue' : '/auth/ui/sign-in' }
    return accountPage(visit.view, { user: me.data, ...(await this.findFacts(visit)) }, told)
  }

  private async findFacts({ api }: Visit): Promise<Omit<AccountFacts, 'user'>> {
    const [sessions, mfa, passkeys, identities, providers] = await Promise.all([
      api('GET', '/auth/sessions?limit=50'),
      api('GET', '/auth/mfa'),
      api('GET', '/auth/passkeys'),
      api('GET', '/auth/identities'),
      api('GET', '/auth/providers'),
    ])
    const found = <T>(answer: ApiAnswer<T>): T | undefined => (answer.ok ? answer.data : undefined)
    return {
      sessions: found(sessions) ?? [],
      mfa: found(mfa),
      passkeys: found(passkeys),
      identities: found(identities),
      providers: found(providers) ?? [],
    }
  }
}
