import { Enrolments } from './mfa/enrolments.js'
import { MfaController } from './mfa/mfa.controller.js'
import { MfaService } from './mfa/mfa.service.js'
import { PendingSignIns } from './mfa/pending-sign-ins.js'
import { RecoveryCodes } from './mfa/recovery-codes.js'
import { SecondFactors } from './mfa/second-factors.js'
import { SecurityNotices } from './mfa/security-notices.js'
import { TotpFactors } from './mfa/totp-factors.js'
import { TotpLabels } from './mfa/totp-labels.js'
import { StepUpController } from './step-up/step-up.controller.js'
import { StepUpService } from './step-up/step-up.service.js'

const mfa = [
  Enrolments,
  MfaService,
  PendingSignIns,
  RecoveryCodes,
  SecondFactors,
  SecurityNotices,
  TotpFactors,
  TotpLabels,
]

/** What second factors, passkeys and proofs of them are made of. */
export const factors = {
  controllers: [MfaController, StepUpController],
  providers: [...mfa, StepUpService],
}
