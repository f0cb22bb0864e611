import type { One, SigningKeyInfo } from '@holdfast/contract'
import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common'
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import { AnswersAll, AnswersOne, parseId } from '../accounts/index.js'
import { algorithms, type SigningKey, SigningKeys } from '../auth/index.js'
import { Admin } from '../platform/http/index.js'
import { RotateKeyRequest, SigningKeyDto } from './signing-keys.dto.js'

/** Twice as long as others are told to remember our keys. */
const activeInSeconds = 600

@ApiTags('Admin')
@Admin()
@Controller('admin/signing-keys')
export class SigningKeysController {
  constructor(private readonly keys: SigningKeys) {}

  @Get()
  @ApiOperation({ summary: 'The keys that sign and verify tokens, the last to sign first' })
  @AnswersAll(SigningKeyDto)
  list(): One<SigningKeyInfo[]> {
    return { data: this.keys.list().map((key) => this.describe(key)) }
  }

  @Post('rotate')
  @ApiOperation({
    summary: 'Make a new key',
    description: 'Published at once and signing a little later; the one before verifies until its last token is over.',
  })
  @AnswersOne(SigningKeyDto, 201)
  async rotate(@Body() body: RotateKeyRequest): Promise<One<SigningKeyInfo>> {
    const key = await this.keys.rotate(body.purpose ?? 'access', body.activeInSeconds ?? activeInSeconds)
    return { data: this.describe(key) }
  }

  @Delete(':kid')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Take a key away: every token it signed ends at once',
    description:
      'For a key that others may have. Sessions go on by their refresh tokens. The last key of a purpose stays.',
  })
  @ApiNoContentResponse()
  async delete(@Param('kid') kid: string): Promise<void> {
    await this.keys.delete(parseId(kid))
  }

  private describe(key: SigningKey): SigningKeyInfo {
    const { kid, purpose, createdAtMs, activeAtMs } = key
    const state = this.keys.isCurrent(key) ? 'signing' : activeAtMs > Date.now() ? 'published' : 'verifying'
    const times = { createdAt: new Date(createdAtMs).toISOString(), activeAt: new Date(activeAtMs).toISOString() }
    return { kid, purpose, algorithm: algorithms[purpose], state, ...times }
  }
}
