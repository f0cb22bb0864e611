import { ImpersonationController } from '../impersonation/impersonation.controller.js'
import { Impersonations } from '../impersonation/impersonations.js'
import { InviteAcceptanceController, InvitesController } from '../invites/invites.controller.js'
import { InvitesService } from '../invites/invites.service.js'
import { ApiKeysController } from '../keys/api-keys.controller.js'
import { ApiKeysService } from '../keys/api-keys.service.js'
import { ServiceAccountsController } from '../service-accounts/service-accounts.controller.js'
import { ServiceAccountsService } from '../service-accounts/service-accounts.service.js'
import { UserAccessController } from '../users/user-access.controller.js'
import { UserAccess } from '../users/user-access.js'
import { UsersController } from '../users/users.controller.js'
import { UsersService } from '../users/users.service.js'

/** Programs that come with a key, and admins who manage users. */
export const keys = {
  controllers: [
    ApiKeysController,
    ServiceAccountsController,
    ImpersonationController,
    // Before `admin/users/{id}`, where an invitation is no user.
    InvitesController,
    InviteAcceptanceController,
    UsersController,
    UserAccessController,
  ],
  providers: [ApiKeysService, ServiceAccountsService, Impersonations, InvitesService, UserAccess, UsersService],
}
