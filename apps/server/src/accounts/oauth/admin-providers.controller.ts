import type { AuthProviderTest, One, ProviderToken } from '@holdfast/contract'
import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { AppError } from '../../lib/index.js'
import { Admin } from '../../platform/http/index.js'
import { AnswersOne } from '../describe-answers.js'
import { parseId } from '../parse-id.js'
import { AuthorizationServers } from './authorization-servers.js'
import { ProviderTestDetails, ProviderTokenDetails } from './oauth.dto.js'
import { ProviderSettings } from './provider-settings.js'
import { ProviderTokenStore } from './provider-tokens.js'
import { testProvider } from './test-provider.js'

@ApiTags('Admin')
@Admin()
@Controller('admin')
export class AdminProvidersController {
  constructor(
    private readonly providers: ProviderSettings,
    private readonly servers: AuthorizationServers,
    private readonly tokens: ProviderTokenStore,
  ) {}

  @Post('auth-providers/:provider/test')
  @HttpCode(200)
  @ApiOperation({ summary: 'Try whether a provider of the settings `auth.providers` can be reached' })
  @AnswersOne(ProviderTestDetails)
  async test(@Param('provider') id: string): Promise<One<AuthProviderTest>> {
    const configured = await this.providers.find(id)
    if (configured === undefined) throw new AppError('not_found', 'There is no such provider')
    return { data: await testProvider(configured, this.servers, this.providers.redirectUri(id)) }
  }

  @Get('users/:id/identities/:identityId/token')
  @ApiOperation({ summary: 'An access token of the provider, for calls in the name of the user; renewed where needed' })
  @AnswersOne(ProviderTokenDetails)
  async token(@Param('id') userId: string, @Param('identityId') identityId: string): Promise<One<ProviderToken>> {
    return { data: await this.tokens.get(parseId(userId), parseId(identityId)) }
  }
}
