import { Enrolments } from '../mfa/enrolments.js'
import { MfaController } from '../mfa/mfa.controller.js'
import { MfaService } from '../mfa/mfa.service.js'
import { PendingSignIns } from '../mfa/pending-sign-ins.js'
import { RecoveryCodes } from '../mfa/recovery-codes.js'
import { SecondFactors } from '../mfa/second-factors.js'
import { SecurityNotices } from '../mfa/security-notices.js'
import { TotpFactors } from '../mfa/totp-factors.js'
import { TotpLabels } from '../mfa/totp-labels.js'
import { Ceremonies } from '../passkeys/ceremonies.js'
import { PasskeyProofs } from '../passkeys/passkey-proofs.js'
import { PasskeySettings } from '../passkeys/passkey-settings.js'
import { PasskeySignInController } from '../passkeys/passkey-sign-in.controller.js'
import { PasskeySignIns } from '../passkeys/passkey-sign-ins.js'
import { PasskeysController } from '../passkeys/passkeys.controller.js'
import { PasskeysService } from '../passkeys/passkeys.service.js'
import { StepUpController } from '../step-up/step-up.controller.js'
import { StepUpService } from '../step-up/step-up.service.js'

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
const passkeys = [Ceremonies, PasskeyProofs, PasskeySettings, PasskeySignIns, PasskeysService]

/** What second factors, passkeys and proofs of them are made of. */
export const factors = {
  controllers: [MfaController, PasskeySignInController, PasskeysController, StepUpController],
  providers: [...mfa, ...passkeys, StepUpService],
}
