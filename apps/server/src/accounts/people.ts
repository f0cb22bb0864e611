import { AnonymousController } from './anonymous/anonymous.controller.js'
import { AnonymousSettings } from './anonymous/anonymous-settings.js'
import { AnonymousSweep } from './anonymous/anonymous-sweep.js'
import { Hooks } from './hooks/hooks.js'
import { HooksSettings } from './hooks/hooks-settings.js'
import { SignInHook } from './hooks/sign-in-hook.js'
import { SignUpHook } from './hooks/sign-up-hook.js'
import { TokenHook } from './hooks/token-hook.js'

/** Anonymous users, phones, hooks, what people may ask about themselves. */
export const people = {
  controllers: [AnonymousController],
  providers: [AnonymousSettings, AnonymousSweep, ...[Hooks, HooksSettings, SignInHook, SignUpHook, TokenHook]],
}
