import { Controller, Get, Post, Req } from '@nestjs/common'
import { ApiExcludeController } from '@nestjs/swagger'
import type { Request } from 'express'
import { Public } from '../../platform/http/index.js'
import { OneTimeSecrets, type Purpose } from '../one-time/one-time-secrets.js'
import type { Trouble } from './describe-problem.js'
import { FinishSignIn } from './finish-sign-in.js'
import type { Answered, View } from './page.js'
import { confirmPage, messagePage, passwordPage } from './pages/mail-pages.js'
import { type Visit, Visits } from './visits.js'

/** A page that a mail leads to. */
interface LinkPage {
  readonly purpose: Purpose
  readonly route: string
  readonly asks: 'confirm' | 'password'
  words(view: View): { title: string; text: string; label: string }
}

const pages: Readonly<Record<string, LinkPage>> = {
  verify: {
    purpose: 'email.verify',
    route: '/auth/verify',
    asks: 'confirm',
    words: ({ texts }) => ({ title: texts.verifyTitle, text: texts.verifyText, label: texts.confirm }),
  },
  link: {
    purpose: 'email.link',
    route: '/auth/magic-link/verify',
    asks: 'confirm',
    words: ({ texts }) => ({ title: texts.linkTitle, text: texts.linkText, label: texts.signIn }),
  },
  reset: {
    purpose: 'password.reset',
    route: '/auth/password/reset',
    asks: 'password',
    words: ({ texts }) => ({ title: texts.resetTitle, text: texts.resetText, label: texts.setPassword }),
  },
  email: {
    purpose: 'email.change',
    route: '/auth/email/confirm',
    asks: 'confirm',
    words: ({ texts }) => ({ title: texts.emailTitle, text: texts.emailText, label: texts.confirm }),
  },
  invite: {
    purpose: 'invite',
    route: '/auth/invite/accept',
    asks: 'password',
    words: ({ texts }) => ({ title: texts.inviteTitle, text: texts.inviteText, label: texts.accept }),
  },
  'team-invite': {
    purpose: 'team.invite',
    route: '/auth/team-invite/accept',
    asks: 'confirm',
    words: ({ texts }) => ({ title: texts.teamTitle, text: texts.teamText, label: texts.accept }),
  },
}

/**
 * The pages behind links of mails. A GET shows what will happen and uses nothing up, since programs that look through mails
 * follow links too; the form then does it.
 */
@ApiExcludeController()
@Public()
@Controller('auth/ui')
export class LinkPagesController {
  constructor(
    private readonly visits: Visits,
    private readonly secrets: OneTimeSecrets,
    private readonly finishing: FinishSignIn,
  ) {}

  @Get(['verify', 'link', 'reset', 'email', 'invite', 'team-invite'])
  show(@Req() request: Request): Promise<void> {
    return this.visits.answer(request, async ({ view, fields }) => {
      const name = nameOf(request)
      const { token = '' } = fields
      const found = await this.secrets.peekToken(pages[name]!.purpose, token)
      return found === undefined ? isOver(view) : ask(view, name, token)
    })
  }

  @Post(['verify', 'link', 'reset', 'email', 'invite', 'team-invite'])
  act(@Req() request: Request): Promise<void> {
    return this.visits.answer(request, async (visit) => {
      const { view, fields, api } = visit
      const name = nameOf(request)
      const { route, asks, purpose } = pages[name]!
      const { token = '', password = '' } = fields
      const answer = await api('POST', route, asks === 'password' ? { token, password } : { token })
      if (answer.ok) return this.tell(visit, name, answer)
      if (answer.trouble.code === 'invalid_secret') return isOver(view)
      if (answer.trouble.code === 'unauthenticated' && purpose === 'team.invite')
        return messagePage(view, view.texts.teamTitle, view.texts.teamNeeds, 401)
      return ask(view, name, token, answer.trouble)
    })
  }

  private async tell(visit: Visit, name: string, answer: Parameters<FinishSignIn['finish']>[1]): Promise<Answered> {
    const { view } = visit
    const { texts } = view
    if (name === 'verify') return messagePage(view, texts.verified)
    if (name === 'reset') return messagePage(view, texts.resetDone, texts.resetDoneText)
    if (name === 'email') return messagePage(view, answer.data?.waitingFor ? texts.emailWaits : texts.emailDone)
    if (name === 'team-invite') return messagePage(view, texts.teamDone)
    if (answer.data === undefined) return { location: '/auth/ui/sign-in' }
    return this.finishing.finish(visit, answer)
  }
}

const nameOf = ({ path }: Request): string => path.slice('/auth/ui/'.length)

const isOver = (view: View): Answered => messagePage(view, view.texts.linkOver, view.texts.linkOverText, 401)

function ask(view: View, page: string, token: string, trouble?: Trouble): Answered {
  const { asks, words } = pages[page]!
  const options = { page, token, trouble, ...words(view) }
  return asks === 'password' ? passwordPage(view, options) : confirmPage(view, options)
}
