import { ApiKeysController } from './keys/api-keys.controller.js'
import { ApiKeysService } from './keys/api-keys.service.js'

/** Programs that come with a key, and admins who manage users. */
export const keys = {
  controllers: [ApiKeysController],
  providers: [ApiKeysService],
}
