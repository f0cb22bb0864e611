import { StepUpController } from './step-up/step-up.controller.js'
import { StepUpService } from './step-up/step-up.service.js'

/** What second factors, passkeys and proofs of them are made of. */
export const factors = {
  controllers: [StepUpController],
  providers: [StepUpService],
}
