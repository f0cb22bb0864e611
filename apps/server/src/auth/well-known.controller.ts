import { Controller, Get, Header, Inject } from '@nestjs/common'
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import type { JWK } from 'jose'
import { CONFIG, type Config } from '../platform/config/index.js'
import { Public } from '../platform/http/index.js'
import { algorithms } from './signing-key.js'
import { SigningKeys } from './signing-keys.js'

const jwksSchema = {
  type: 'object',
  required: ['keys'],
  properties: { keys: { type: 'array', items: { type: 'object', additionalProperties: true } } },
}

const texts = { type: 'array', items: { type: 'string' } }
const metadataSchema = {
  type: 'object',
  required: ['issuer', 'jwks_uri'],
  properties: {
    issuer: { type: 'string', format: 'uri' },
    jwks_uri: { type: 'string', format: 'uri' },
    response_types_supported: texts,
    subject_types_supported: texts,
    id_token_signing_alg_values_supported: texts,
    claims_supported: texts,
  },
}

/** What OpenID Connect Discovery 1.0 wants said, as far as it is true: nothing is authorized here, only verified. */
export interface IssuerMetadata {
  readonly issuer: string
  readonly jwks_uri: string
  readonly response_types_supported: readonly string[]
  readonly subject_types_supported: readonly string[]
  readonly id_token_signing_alg_values_supported: readonly string[]
  readonly claims_supported: readonly string[]
}

/** How other services verify our access tokens. */
@ApiTags('Auth')
@Public()
@Controller('.well-known')
export class WellKnownController {
  constructor(
    private readonly keys: SigningKeys,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get('jwks.json')
  @Header('Cache-Control', 'public, max-age=300')
  @ApiOperation({ summary: 'Public keys that verify access tokens (RFC 7517)' })
  @ApiOkResponse({ description: 'The newest key first', schema: jwksSchema })
  list(): { keys: JWK[] } {
    return this.keys.publicJwks()
  }

  @Get('openid-configuration')
  @Header('Cache-Control', 'public, max-age=300')
  @ApiOperation({
    summary: 'Who issues access tokens and which keys verify them',
    description: 'For services that verify our tokens. Apps that sign people in by us ask `/oidc`.',
  })
  @ApiOkResponse({ description: 'OpenID Connect Discovery 1.0', schema: metadataSchema })
  describe(): IssuerMetadata {
    const { publicUrl } = this.config
    return {
      issuer: publicUrl,
      jwks_uri: `${publicUrl}/.well-known/jwks.json`,
      response_types_supported: [],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [algorithms.access],
      claims_supported: ['iss', 'sub', 'aud', 'sid', 'roles', 'iat', 'exp'],
    }
  }
}
