import { Controller, Get, Inject, Post, Req } from '@nestjs/common'
import { ApiExcludeController } from '@nestjs/swagger'
import type { Request } from 'express'
import { CONFIG, type Config } from '../../platform/config/index.js'
import { Public } from '../../platform/http/index.js'
import { OneTimeSecrets, type Purpose } from '../one-time/one-time-secrets.js'
import type { Trouble } from './describe-problem.js'
import { FinishSignIn } from './finish-sign-in.js'
import { linkTo } from './flow.js'
import type { Answered, View } from './page.js'
import { confirmPage, messagePage, nextPage, passwordPage } from './pages/mail-pages.js'
import type { Texts } from './texts.js'
import { type Visit, Visits } from './visits.js'

type Done = Parameters<FinishSignIn['finish']>[1]
type ApiData = Done['data']

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
    @Inject(CONFIG) private readonly config: Config,
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
      const missing = purpose === 'team.invite' && signInWords(view, answer.trouble)
      if (missing)
        return signInFirst(view, missing, new URL(linkTo(name, {}, [['token', token]]), this.config.publicUrl))
      return ask(view, name, token, answer.trouble)
    })
  }

  private async tell(visit: Visit, name: string, answer: Done): Promise<Answered> {
    const { view } = visit
    const { texts } = view
    const news = told[name]?.(texts, answer.data)
    if (news !== undefined) return nextPage({ ...onward(view, name), ...news })
    if (answer.data === undefined) return { location: '/auth/ui/sign-in' }
    return this.finishing.finish(visit, answer)
  }
}

/** What is told where nobody is signed in by it. */
const told: Readonly<Record<string, (texts: Texts, data: ApiData) => { title: string; text?: string }>> = {
  verify: ({ verified }) => ({ title: verified }),
  reset: ({ resetDone, resetDoneText }) => ({ title: resetDone, text: resetDoneText }),
  email: ({ emailWaits, emailDone }, data) => ({ title: data?.waitingFor ? emailWaits : emailDone }),
  'team-invite': ({ teamDone }) => ({ title: teamDone }),
}

/** Back to the app that waits; else to the account, and after a reset by a sign-in. */
function onward({ texts, flow }: View, name: string): { href: string; label: string } {
  if (name === 'reset') return { href: linkTo('sign-in', flow), label: texts.signIn }
  if (flow.redirectTo !== undefined) return { href: linkTo('sign-in', flow), label: texts.goOn }
  return { href: '/auth/ui/account', label: texts.account }
}

const nameOf = ({ path }: Request): string => path.slice('/auth/ui/'.length)

/** Leads back to the invitation: who signs in by mail has proven the address, too. */
const signInFirst = ({ texts }: View, text: string, redirectTo: URL): Answered =>
  nextPage({
    title: texts.teamTitle,
    text,
    href: linkTo('sign-in', { redirectTo }, [['again', '1']]),
    label: texts.signIn,
    status: 403,
  })

/** An invitation is for whoever has proven the address; undefined where something else is wrong. */
const signInWords = ({ texts }: View, { code }: Trouble): string | undefined =>
  ({ unauthenticated: texts.teamNeeds, forbidden: texts.teamOther })[code]

const isOver = (view: View): Answered => messagePage(view, view.texts.linkOver, view.texts.linkOverText, 401)

function ask(view: View, page: string, token: string, trouble?: Trouble): Answered {
  const { asks, words } = pages[page]!
  const options = { page, token, trouble, ...words(view) }
  return asks === 'password' ? passwordPage(view, options) : confirmPage(view, options)
}
