import type { CollectionPermissions, One } from '@holdfast/contract'
import { Controller, Get, Req } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import type { GuardedRequest } from '../auth/index.js'
import { Public } from '../platform/http/index.js'
import { OwnPermissionsService } from './own/own-permissions.service.js'

/** What whoever asks may do, signed in or not: nothing that trying would not tell. */
@Public()
@ApiTags('Permissions')
@Controller('me')
export class MePermissionsController {
  constructor(private readonly own: OwnPermissionsService) {}

  @Get('permissions')
  @ApiOperation({ summary: 'What the caller may do, per collection, action and field' })
  async permissions(
    @Req() { principal }: GuardedRequest,
  ): Promise<One<{ [collection: string]: CollectionPermissions }>> {
    return { data: await this.own.find(principal) }
  }
}
