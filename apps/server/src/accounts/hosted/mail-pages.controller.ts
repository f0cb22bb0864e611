import { Controller, Get, Inject, Post, Req } from '@nestjs/common'
import { ApiExcludeController } from '@nestjs/swagger'
import type { Request } from 'express'
import { CONFIG, type Config } from '../../platform/config/index.js'
import { Public } from '../../platform/http/index.js'
import { FinishSignIn } from './finish-sign-in.js'
import { wrapFlow } from './flow.js'
import type { View } from './page.js'
import { enrolPage, recoveryPage } from './pages/enrol-page.js'
import { codeEntryPage, codePage, forgotPage, mailSentPage } from './pages/mail-pages.js'
import { mfaPage } from './pages/mfa-page.js'
import { Visits } from './visits.js'

/** Signing in by mail, and what comes between a first factor and a session. */
@ApiExcludeController()
@Public()
@Controller('auth/ui')
export class MailPagesController {
  constructor(
    private readonly visits: Visits,
    private readonly finishing: FinishSignIn,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get('forgot')
  showForgot(@Req() request: Request): Promise<void> {
    return this.visits.answer(request, ({ view }) => forgotPage(view))
  }

  @Post('forgot')
  forgot(@Req() request: Request): Promise<void> {
    return this.visits.answer(request, async ({ view, fields, api }) => {
      const { email = '' } = fields
      const answer = await api('POST', '/auth/password/forgot', { email, ...this.onward(view) })
      return answer.ok ? mailSentPage(view, email) : forgotPage(view, { email, trouble: answer.trouble })
    })
  }

  @Get('code')
  showCode(@Req() request: Request): Promise<void> {
    return this.visits.answer(request, ({ view }) => codePage(view))
  }

  @Post('code')
  sendCode(@Req() request: Request): Promise<void> {
    return this.visits.answer(request, async ({ view, fields, api }) => {
      const { email = '', kind } = fields
      const answer =
        kind === 'link'
          ? await api('POST', '/auth/magic-link', { email, ...this.onward(view) })
          : await api('POST', '/auth/otp', { email })
      if (!answer.ok) return codePage(view, { email, trouble: answer.trouble })
      return kind === 'link' ? mailSentPage(view, email) : codeEntryPage(view, { email })
    })
  }

  @Post('code/verify')
  verifyCode(@Req() request: Request): Promise<void> {
    return this.visits.answer(request, async (visit) => {
      const { email = '', code = '' } = visit.fields
      const answer = await visit.api('POST', '/auth/otp/verify', { email, code: code.replaceAll(/\s/g, '') })
      if (answer.ok) return this.finishing.finish(visit, answer)
      return codeEntryPage(visit.view, { email, trouble: answer.trouble })
    })
  }

  @Post('second-factor')
  secondFactor(@Req() request: Request): Promise<void> {
    return this.visits.answer(request, async (visit) => {
      const { mfaToken = '', code = '', factors = '' } = visit.fields
      const answer = await visit.api('POST', '/auth/mfa/verify', { mfaToken, code: code.trim() })
      if (answer.ok) return this.finishing.finish(visit, answer)
      return mfaPage(visit.view, { mfaToken, factors: factors.split(' '), trouble: answer.trouble })
    })
  }

  /** The first code of an authenticator app that a sign-in asked to set up, or somebody who is signed in. */
  @Post('enrol')
  enrol(@Req() request: Request): Promise<void> {
    return this.visits.answer(request, async (visit) => {
      const { mfaToken = '', code = '', secret = '', qr = '' } = visit.fields
      const pending = mfaToken === '' ? {} : { mfaToken }
      const answer = await visit.api('POST', '/auth/mfa/totp/confirm', { code: code.replaceAll(/\s/g, ''), ...pending })
      if (!answer.ok)
        return enrolPage(visit.view, {
          mfaToken,
          secret,
          qr: qr.startsWith('data:image/') ? qr : '',
          trouble: answer.trouble,
        })
      const { recoveryCodes = [], ...session } = answer.data
      const next =
        mfaToken === ''
          ? { location: '/auth/ui/account' }
          : await this.finishing.finish(visit, { ...answer, data: session })
      if (recoveryCodes.length === 0 || !('location' in next)) return next
      return recoveryPage(visit.view, recoveryCodes, next.location)
    })
  }

  /** Whoever follows the link of the mail comes to the app that sent them here. */
  private onward({ flow }: View): { redirectTo?: string } {
    const redirectTo = wrapFlow(flow, this.config.publicUrl)
    return redirectTo === undefined ? {} : { redirectTo }
  }
}
