import { timingSafeEqual } from 'node:crypto'
import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common'
import { ApiExcludeController } from '@nestjs/swagger'
import type { Request, Response } from 'express'
import type { Client, Grant, Provider } from 'oidc-provider'
import { Principals, SessionCookies, type UserPrincipal } from '../../auth/index.js'
import { Public } from '../../platform/http/index.js'
import { Secrets } from '../../platform/secrets/index.js'
import { Frames, sendPage } from '../hosted/frames.js'
import { consentPage, expiredPage } from './oidc-pages.js'
import { OidcPeople } from './oidc-people.js'
import { interactionPath, OidcProvider } from './oidc-provider.js'
import { OidcStore } from './oidc-store.js'

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>

/** A request of somebody who is on the way to an app. */
interface Visit {
  readonly provider: Provider
  readonly interaction: Interaction
  readonly client: Client
  readonly caller: UserPrincipal | undefined
  readonly request: Request
  readonly response: Response
}

/**
 * What stands between an app that wants somebody to sign in and its answer: a sign-in at this server, by our own page, and the
 * question whether the app may know them. Works without JavaScript.
 */
@ApiExcludeController()
@Public()
@Controller('auth/ui/authorize')
export class ConsentController {
  constructor(
    private readonly oidc: OidcProvider,
    private readonly store: OidcStore,
    private readonly people: OidcPeople,
    private readonly principals: Principals,
    private readonly cookies: SessionCookies,
    private readonly secrets: Secrets,
    private readonly frames: Frames,
  ) {}

  @Get(':uid')
  async show(@Param('uid') uid: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const visit = await this.open(uid, request, response)
    if (visit === undefined) return this.tellExpired(request, response)
    const { interaction, client } = visit
    if (interaction.prompt.name === 'login') return this.signIn(visit)
    const caller = ownerOf(visit)
    if (caller === undefined) return this.toSignIn(visit)
    if (client['skip_consent'] === true && client.applicationType === 'web') return this.allow(visit, caller)
    const claims = await this.people.find(caller.userId)
    const frame = await this.frames.of(request)
    const page = consentPage(frame, {
      action: `${interactionPath}/${uid}`,
      client: client.clientName ?? client.clientId,
      scopes: String(interaction.params['scope'])
        .split(' ')
        .filter((scope) => client.scope?.split(' ').includes(scope)),
      csrf: await this.csrf(uid, caller),
      person: String(claims?.['email'] ?? caller.userId),
      redirectUri: String(interaction.params['redirect_uri']),
    })
    return sendPage(response, frame, page)
  }

  @Post(':uid')
  async answer(
    @Param('uid') uid: string,
    @Body() body: Readonly<Record<string, unknown>>,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const visit = await this.open(uid, request, response)
    const caller = visit && ownerOf(visit)
    if (!visit || !caller || visit.interaction.prompt.name !== 'consent') return this.tellExpired(request, response)
    if (!isEqual(body?.['csrf'], await this.csrf(uid, caller))) return this.tellExpired(request, response, 403)
    if (body['answer'] === 'allow') return this.allow(visit, caller)
    const result = { error: 'access_denied', error_description: 'Refused by the user' }
    return visit.provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
  }

  private async tellExpired(request: Request, response: Response, status = 400): Promise<void> {
    const frame = await this.frames.of(request)
    sendPage(response, frame, expiredPage(frame, status))
  }

  /** Undefined where the interaction is over, or belongs to another browser: its cookie is bound to the path. */
  private async open(uid: string, request: Request, response: Response): Promise<Visit | undefined> {
    const provider = await this.oidc.get()
    const interaction = await provider.interactionDetails(request, response).catch(() => undefined)
    const client = interaction && (await provider.Client.find(String(interaction.params['client_id'])))
    if (interaction?.uid !== uid || client === undefined) return undefined
    return { provider, interaction, client, caller: await this.findCaller(request), request, response }
  }

  /** Whoever is signed in in this browser, in person. */
  private async findCaller(request: Request): Promise<UserPrincipal | undefined> {
    const sessionId = await this.cookies.readSessionId(request)
    const found = sessionId === undefined ? undefined : await this.principals.find(sessionId)
    return found?.impersonatorId === undefined && !found?.roles.includes('anonymous') ? found : undefined
  }

  private async signIn(visit: Visit): Promise<void> {
    const { provider, interaction, caller, request, response } = visit
    const onlyMissing = interaction.prompt.reasons.every((reason) => reason === 'no_session')
    const provenAtMs = caller?.proof?.provenAtMs ?? 0
    if (caller === undefined || !(onlyMissing || provenAtMs >= interaction.iat * 1000))
      return this.toSignIn(visit, caller !== undefined)
    const result = {
      login: { accountId: caller.userId, ts: Math.floor(provenAtMs / 1000) },
      holdfastSessionId: caller.sessionId,
    }
    return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
  }

  /** By our own page, in every way there is; it leads back here. */
  private toSignIn({ interaction, response }: Visit, again = false): void {
    const back = new URL(`${interactionPath}/${interaction.uid}`, this.oidc.issuer)
    const query = new URLSearchParams({ redirectTo: back.href, ...(again && { again: '1' }) })
    response.redirect(303, `/auth/ui/sign-in?${query}`)
  }

  private async allow(visit: Visit, caller: UserPrincipal): Promise<void> {
    const { provider, interaction, request, response } = visit
    const grant = await this.grantOf(visit, caller)
    const { missingOIDCScope } = interaction.prompt.details as { missingOIDCScope?: string[] }
    grant.addOIDCScope((missingOIDCScope ?? []).join(' '))
    const grantId = await grant.save()
    await this.store.tieGrant(grantId, caller.sessionId)
    const result = { consent: { grantId }, holdfastSessionId: caller.sessionId }
    return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true })
  }

  private async grantOf({ provider, interaction, client }: Visit, caller: UserPrincipal): Promise<Grant> {
    const known = interaction.grantId === undefined ? undefined : await provider.Grant.find(interaction.grantId)
    return known ?? new provider.Grant({ accountId: caller.userId, clientId: client.clientId })
  }

  private async csrf(uid: string, { sessionId }: UserPrincipal): Promise<string> {
    return (await this.secrets.digest(`${uid} ${sessionId}`, 'oidc consent')).toString('base64url')
  }
}

/** The caller, where it is the one the provider knows as signed in. */
const ownerOf = ({ interaction, caller }: Visit): UserPrincipal | undefined =>
  caller?.userId === interaction.session?.accountId ? caller : undefined

function isEqual(given: unknown, expected: string): boolean {
  if (typeof given !== 'string') return false
  const [one, other] = [Buffer.from(given), Buffer.from(expected)]
  return one.length === other.length && timingSafeEqual(one, other)
}
