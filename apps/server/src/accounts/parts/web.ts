import { BotCheckController } from '../bot-checks/bot-check.controller.js'
import { BotChecks } from '../bot-checks/bot-checks.js'
import { AccountPagesController } from '../hosted/account-pages.controller.js'
import { AssetsController } from '../hosted/assets.controller.js'
import { FinishSignIn } from '../hosted/finish-sign-in.js'
import { FormTokens } from '../hosted/form-tokens.js'
import { Frames } from '../hosted/frames.js'
import { LinkPagesController } from '../hosted/link-pages.controller.js'
import { MailPagesController } from '../hosted/mail-pages.controller.js'
import { ProviderLinks } from '../hosted/provider-links.js'
import { SessionCodes } from '../hosted/session-codes.js'
import { SignInPagesController } from '../hosted/sign-in-pages.controller.js'
import { Theme } from '../hosted/theme.js'
import { Visits } from '../hosted/visits.js'
import { ContinueController } from '../sessions/continue.controller.js'

/** What sign-in in a browser needs: checks that it is no robot, pages. */
export const web = {
  controllers: [
    BotCheckController,
    ContinueController,
    AssetsController,
    SignInPagesController,
    MailPagesController,
    LinkPagesController,
    AccountPagesController,
  ],
  providers: [BotChecks, FinishSignIn, FormTokens, Frames, ProviderLinks, SessionCodes, Theme, Visits],
}
