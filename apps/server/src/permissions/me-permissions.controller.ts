import type { CollectionPermissions, One } from '@holdfast/contract'
import { Controller, Get, Req } from '@nestjs/common'
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger'
import type { GuardedRequest } from '../auth/index.js'
import { Public, Viewable } from '../platform/http/index.js'
import { OwnPermissionsService } from './own/own-permissions.service.js'

/** What whoever asks may do, signed in or not: nothing that trying would not tell. */
@Public()
@ApiTags('Permissions')
@Controller('me')
export class MePermissionsController {
  constructor(private readonly own: OwnPermissionsService) {}

  @Get('permissions')
  @Viewable()
  @ApiHeader({ name: 'X-View-As', required: false, description: 'For admins: what somebody else may do.' })
  @ApiOperation({ summary: 'What the caller may do, per collection, action and field' })
  async permissions(
    @Req() { principal }: GuardedRequest,
  ): Promise<One<{ [collection: string]: CollectionPermissions }>> {
    return { data: await this.own.find(principal) }
  }
}
