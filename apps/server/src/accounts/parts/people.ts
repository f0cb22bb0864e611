import { AnonymousController } from '../anonymous/anonymous.controller.js'
import { AnonymousSettings } from '../anonymous/anonymous-settings.js'
import { AnonymousSweep } from '../anonymous/anonymous-sweep.js'
import { Hooks } from '../hooks/hooks.js'
import { HooksSettings } from '../hooks/hooks-settings.js'
import { SignInHook } from '../hooks/sign-in-hook.js'
import { SignUpHook } from '../hooks/sign-up-hook.js'
import { TokenHook } from '../hooks/token-hook.js'
import { PhoneController } from '../phone/phone.controller.js'
import { PhoneMessages } from '../phone/phone-messages.js'
import { PhoneSettings } from '../phone/phone-settings.js'
import { PhonesService } from '../phone/phones.service.js'
import { AdminPrivacyController } from '../privacy/admin-privacy.controller.js'
import { DataExports } from '../privacy/data-exports.js'
import { Erasures } from '../privacy/erasures.js'
import { PrivacyController } from '../privacy/privacy.controller.js'

/** Anonymous users, phones, hooks, what people may ask about themselves. */
export const people = {
  controllers: [AnonymousController, PhoneController, PrivacyController, AdminPrivacyController],
  providers: [
    ...[AnonymousSettings, AnonymousSweep],
    ...[Hooks, HooksSettings, SignInHook, SignUpHook, TokenHook],
    ...[DataExports, Erasures],
    ...[PhoneMessages, PhoneSettings, PhonesService],
  ],
}
