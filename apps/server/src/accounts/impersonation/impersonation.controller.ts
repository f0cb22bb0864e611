import type { ImpersonationLink, ImpersonationLinkRequest, ImpersonationRequest, One } from '@holdfast/contract'
import { Body, Controller, HttpCode, Param, Post, Req } from '@nestjs/common'
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger'
import { IsString, Length } from 'class-validator'
import type { Request } from 'express'
import { Caller, type UserPrincipal } from '../../auth/index.js'
import { AdminInPerson } from '../../platform/http/index.js'
import { AnswersOne } from '../describe-answers.js'
import { parseId } from '../parse-id.js'
import { AnswersTokens } from '../sign-in/sign-in-answer.js'
import { SignIns } from '../sign-in/sign-ins.js'
import { FreshProof } from '../step-up/fresh-proof.js'
import { Impersonations } from './impersonations.js'

export class ImpersonateRequest implements ImpersonationRequest {
  @ApiProperty({ example: 'Ticket 4711: cannot see the invoice', description: 'Is kept, and shown to the user' })
  @IsString()
  @Length(3, 500)
  reason!: string
}

export class ImpersonateLinkRequest extends ImpersonateRequest implements ImpersonationLinkRequest {
  @ApiProperty({ description: 'The page of the app. Must be allowed by an admin (`auth.redirects`)' })
  @IsString()
  @Length(1, 2000)
  redirectTo!: string
}

export class ImpersonationLinkDetails implements ImpersonationLink {
  @ApiProperty({ description: 'Good once, for a minute' })
  url!: string
}

@ApiTags('Admin')
@AdminInPerson()
@Controller('admin/users')
export class ImpersonationController {
  constructor(
    private readonly impersonations: Impersonations,
    private readonly signIns: SignIns,
  ) {}

  @Post(':id/impersonate')
  @HttpCode(200)
  @FreshProof()
  @ApiOperation({ summary: 'Act as a user, as long as the session of the admin lasts; never as another admin' })
  @AnswersTokens()
  async impersonate(
    @Caller() admin: UserPrincipal,
    @Param('id') id: string,
    @Body() { reason }: ImpersonateRequest,
    @Req() request: Request,
  ): Promise<string> {
    return this.signIns.answer(await this.impersonations.begin(admin, parseId(id), reason, request), request)
  }

  @Post(':id/impersonate/link')
  @HttpCode(200)
  @FreshProof()
  @ApiOperation({
    summary: 'A link that opens an app as a user, for browsers whose own session stays that of the admin',
    description: 'It has a code for `POST /auth/oauth/exchange`, good once, for a minute.',
  })
  @AnswersOne(ImpersonationLinkDetails)
  async link(
    @Caller() admin: UserPrincipal,
    @Param('id') id: string,
    @Body() { reason, redirectTo }: ImpersonateLinkRequest,
  ): Promise<One<ImpersonationLink>> {
    return { data: { url: await this.impersonations.link(admin, parseId(id), { reason, redirectTo }) } }
  }
}
