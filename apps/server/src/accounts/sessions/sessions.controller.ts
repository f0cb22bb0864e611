import type { Page } from '@holdfast/contract'
import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common'
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import { Caller, Sessions, type UserPrincipal } from '../../auth/index.js'
import { AppError } from '../../lib/index.js'
import { Database } from '../../platform/db/index.js'
import { InPerson, SignedIn } from '../../platform/http/index.js'
import { SessionDetails } from '../accounts.dto.js'
import { AnswersPage } from '../describe-answers.js'
import { parsePageQuery, toPage } from '../page-query.js'
import { parseId } from '../parse-id.js'
import { listSessions } from './session-store.js'

@ApiTags('Auth')
@SignedIn()
@Controller('auth/sessions')
export class SessionsController {
  constructor(
    private readonly db: Database,
    private readonly sessions: Sessions,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Where the user is signed in, the latest sign-in first' })
  @AnswersPage(SessionDetails)
  async list(@Caller() user: UserPrincipal, @Query() query: Record<string, unknown>): Promise<Page<SessionDetails>> {
    const page = parsePageQuery(query)
    return toPage(await listSessions(this.db, user.userId, { ...page, limit: page.limit + 1 }, user.sessionId), page)
  }

  @Delete(':id')
  @HttpCode(204)
  @InPerson()
  @ApiOperation({ summary: 'End one session' })
  @ApiNoContentResponse()
  async end(@Caller() user: UserPrincipal, @Param('id') id: string): Promise<void> {
    if (!(await this.sessions.end(user.userId, parseId(id))))
      throw new AppError('not_found', 'There is no such session')
  }

  @Delete()
  @HttpCode(204)
  @InPerson()
  @ApiOperation({ summary: 'End all other sessions' })
  @ApiNoContentResponse()
  async endOthers(@Caller() user: UserPrincipal): Promise<void> {
    await this.sessions.endAll(user.userId, { except: user.sessionId })
  }
}
