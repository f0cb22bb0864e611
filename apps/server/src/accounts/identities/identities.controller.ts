import type { IdentityInfo, One } from '@holdfast/contract'
import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common'
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import { Caller, type UserPrincipal } from '../../auth/index.js'
import { InPerson, SignedIn } from '../../platform/http/index.js'
import { AnswersAll, AnswersOne } from '../describe-answers.js'
import { OAuthStarts } from '../oauth/oauth-starts.js'
import { parseId } from '../parse-id.js'
import { FreshProofs } from '../step-up/fresh-proofs.js'
import { ExchangeRequest, IdentityDetails, LinkRequest, LinkUrl } from './identities.dto.js'
import { IdentityLinks } from './identity-links.js'
import { LinkedIdentities, type LinkedIdentity } from './linked-identities.js'
import { invalidCode, SignInCodes } from './sign-in-codes.js'

@ApiTags('Auth')
@InPerson()
@Controller('auth/identities')
export class IdentitiesController {
  constructor(
    private readonly identities: LinkedIdentities,
    private readonly links: IdentityLinks,
    private readonly starts: OAuthStarts,
    private readonly codes: SignInCodes,
    private readonly proofs: FreshProofs,
  ) {}

  @Get()
  @SignedIn()
  @ApiOperation({ summary: 'Other providers by which the user can sign in' })
  @AnswersAll(IdentityDetails)
  async list(@Caller() { userId }: UserPrincipal): Promise<One<IdentityInfo[]>> {
    return { data: (await this.identities.list(userId)).map(toInfo) }
  }

  @Post(':provider')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Begin to link a provider: answers where to send the browser',
    description:
      'It comes back with a code that only the same user can use, at `POST /auth/identities`; an anonymous user, who becomes a person by it, at `POST /auth/oauth/exchange`.',
  })
  @AnswersOne(LinkUrl)
  async begin(
    @Caller() caller: UserPrincipal,
    @Param('provider') provider: string,
    @Body() { redirectTo, codeChallenge }: LinkRequest,
  ): Promise<One<LinkUrl>> {
    // An anonymous user has nothing to prove again, and nothing to lose.
    if (!caller.roles.includes('anonymous')) await this.proofs.require(caller)
    const destination = { redirectTo, ...(codeChallenge && { codeChallenge }) }
    return { data: { url: await this.starts.linkUrl(provider, { ...destination, linkTo: caller.userId }) } }
  }

  @Post()
  @ApiOperation({ summary: 'Link the identity that the code of the browser stands for' })
  @AnswersOne(IdentityDetails, 201)
  async link(
    @Caller() caller: UserPrincipal,
    @Body() { code, codeVerifier }: ExchangeRequest,
  ): Promise<One<IdentityInfo>> {
    const { identity, linkTo } = await this.codes.redeem(code, codeVerifier)
    // Else the identity of whoever made somebody else bring this code would open their account.
    if (linkTo !== caller.userId || caller.roles.includes('anonymous')) throw invalidCode()
    return { data: toInfo(await this.links.link(caller, identity)) }
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Unlink a provider; not the last way to sign in' })
  @ApiNoContentResponse()
  async unlink(@Caller() caller: UserPrincipal, @Param('id') id: string): Promise<void> {
    await this.proofs.require(caller)
    await this.links.unlink(caller, parseId(id))
  }
}

const toInfo = ({ id, provider, email, createdAt, lastUsedAt }: LinkedIdentity): IdentityInfo => ({
  ...{ id, provider, email, createdAt, lastUsedAt },
})
