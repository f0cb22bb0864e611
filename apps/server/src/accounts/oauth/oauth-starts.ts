import { Inject, Injectable } from '@nestjs/common'
import { AppError, invalidAt } from '../../lib/index.js'
import { CONFIG, type Config } from '../../platform/config/index.js'
import { Database } from '../../platform/db/index.js'
import { challengePattern } from '../identities/identities.dto.js'
import { ProviderList } from '../identities/provider-list.js'
import { OneTimeSecrets } from '../one-time/one-time-secrets.js'
import { Redirects } from '../redirects/redirects.js'
import type { Destination } from './oauth-flow.js'
import { ProviderSettings } from './provider-settings.js'

const ticketSeconds = 300

type LinkDestination = Destination & { readonly linkTo: string }
type Ticket = LinkDestination & { readonly provider: string }

/** Where browsers are sent to begin: by anybody to sign in, and by a user to link an identity. */
@Injectable()
export class OAuthStarts {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly db: Database,
    private readonly providers: ProviderSettings,
    private readonly all: ProviderList,
    private readonly redirects: Redirects,
    private readonly secrets: OneTimeSecrets,
  ) {}

  /** What the query of the start asks for. Undefined: nobody waits but this server. @throws unknown_field, invalid_value, invalid_secret */
  async parse(provider: string, query: Readonly<Record<string, unknown>>): Promise<Destination | undefined> {
    const { redirectTo, codeChallenge, link, ...rest } = query
    const [unknown] = Object.keys(rest)
    if (unknown !== undefined) throw invalidAt('unknown_field', unknown, `"${unknown}" is no parameter of this route`)
    if (link !== undefined) return this.useTicket(provider, link)
    if (redirectTo === undefined && codeChallenge === undefined) return undefined
    return {
      redirectTo: await this.checkRedirect(redirectTo),
      ...(codeChallenge !== undefined && { codeChallenge: parseChallenge(codeChallenge) }),
    }
  }

  /** The URL by which a user begins to link an identity. Good once. @throws not_found, invalid_value */
  async linkUrl(provider: string, { redirectTo, ...destination }: LinkDestination): Promise<string> {
    const url = await this.findStart(provider)
    const details: Ticket = { ...destination, redirectTo: await this.checkRedirect(redirectTo), provider }
    const link = await this.secrets.issueToken(this.db, {
      purpose: 'oauth.link',
      userId: details.linkTo,
      ttlSeconds: ticketSeconds,
      details,
    })
    return `${url}?link=${link}`
  }

  /** The page of ours that begins a sign-in which comes back to our pages. */
  ownPage(provider: string): string {
    return `${this.config.publicUrl}/auth/ui/provider?id=${encodeURIComponent(provider)}`
  }

  /** Where the provider sends browsers back to. */
  callbackUrl(provider: string): string {
    return this.providers.redirectUri(provider)
  }

  /** Directories have none: they are no place that a browser is sent to. @throws not_found */
  private async findStart(provider: string): Promise<string> {
    const found = (await this.all.list()).find(({ id, type }) => id === provider && type !== 'ldap')
    if (found === undefined) throw new AppError('not_found', 'There is no such provider')
    return found.url
  }

  private async useTicket(provider: string, link: unknown): Promise<Destination> {
    const used = await this.secrets.useToken<Ticket>(this.db, 'oauth.link', typeof link === 'string' ? link : '')
    if (used?.details.provider !== provider)
      throw new AppError('invalid_secret', 'The link is wrong, used or too old', { hint: 'Begin again' })
    const { provider: _, ...destination } = used.details
    return destination
  }

  private async checkRedirect(redirectTo: unknown): Promise<string> {
    return (await this.redirects.check(redirectTo as string, 'redirectTo')).href
  }
}

function parseChallenge(value: unknown): string {
  if (typeof value === 'string' && challengePattern.test(value)) return value
  throw invalidAt(
    'invalid_value',
    'codeChallenge',
    'codeChallenge must be BASE64URL(SHA256(codeVerifier)): 43 characters',
  )
}
