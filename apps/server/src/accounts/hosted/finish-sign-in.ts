import { Injectable } from '@nestjs/common'
import { SessionCookies } from '../../auth/index.js'
import { linkTo } from './flow.js'
import type { Answered, View } from './page.js'
import { enrolPage } from './pages/enrol-page.js'
import { mfaPage } from './pages/mfa-page.js'
import { SessionCodes } from './session-codes.js'
import type { ApiAnswer, Visit } from './visits.js'

type Entered = Extract<ApiAnswer, { ok: true }>

/** Where somebody goes who has proven who they are: to the second step, back to the app, or to the own account. */
@Injectable()
export class FinishSignIn {
  constructor(
    private readonly cookies: SessionCookies,
    private readonly codes: SessionCodes,
  ) {}

  async finish(visit: Visit, { data, setCookies }: Entered): Promise<Answered> {
    if (data?.mfaToken !== undefined) return this.askSecondFactor(visit, data.mfaToken, data.factors)
    const sessionId = this.cookies.sessionIdIn(setCookies)
    const toApp = sessionId === undefined ? undefined : await this.toApp(visit.view, sessionId)
    return toApp ?? { location: '/auth/ui/account' }
  }

  /** Back to the app with a code; undefined where no app waits, or the session is too old to stand for a sign-in. */
  async toApp({ flow }: View, sessionId: string): Promise<Answered | undefined> {
    if (flow.redirectTo === undefined) return undefined
    const code = await this.codes.issue(sessionId, flow.codeChallenge)
    if (code === undefined) return { location: linkTo('sign-in', flow, [['again', '1']]) }
    const target = new URL(flow.redirectTo)
    target.searchParams.set('code', code)
    return { location: target.href }
  }

  private async askSecondFactor(visit: Visit, mfaToken: string, factors: readonly string[]): Promise<Answered> {
    if (factors.length > 0) return mfaPage(visit.view, { mfaToken, factors })
    const totp = await visit.api('POST', '/auth/mfa/totp', { mfaToken })
    if (!totp.ok) return mfaPage(visit.view, { mfaToken, factors, trouble: totp.trouble })
    return enrolPage(visit.view, { mfaToken, secret: totp.data.secret, qr: totp.data.qr })
  }
}
