import { EmailChangeController } from '../email/email-change.controller.js'
import { EmailChanges } from '../email/email-changes.js'
import { EmailSettings } from '../email/email-settings.js'
import { EmailSignInController } from '../email/email-sign-in.controller.js'
import { EmailSignIns } from '../email/email-sign-ins.js'
import { EmailVerification } from '../email/email-verification.js'
import { VerificationController } from '../email/verification.controller.js'
import { MailRequests } from '../mails/mail-requests.js'
import { MailTemplatesController } from '../mails/mail-templates.controller.js'
import { MailTemplates } from '../mails/mail-templates.js'
import { BreachedPasswords } from '../passwords/breached-passwords.js'
import { PasswordPolicy } from '../passwords/password-policy.js'
import { PasswordResets } from '../passwords/password-resets.js'
import { ResetController } from '../passwords/reset.controller.js'
import { StrengthController } from '../passwords/strength.controller.js'
import { SignUps } from '../sign-in/sign-ups.js'

/** What people do by mail, and what mails say. */
export const byMail = {
  controllers: [
    MailTemplatesController,
    VerificationController,
    EmailSignInController,
    EmailChangeController,
    ResetController,
    StrengthController,
  ],
  providers: [
    MailTemplates,
    MailRequests,
    EmailSettings,
    EmailSignIns,
    EmailChanges,
    EmailVerification,
    BreachedPasswords,
    PasswordPolicy,
    PasswordResets,
    SignUps,
  ],
}
