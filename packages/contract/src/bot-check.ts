/** Answer of `GET /auth/bot-check`: what tells people from robots before sign-in and the like. */
export interface BotCheckInfo {
  /** Null: nothing is asked for. */
  provider: 'turnstile' | 'hcaptcha' | null
  siteKey: string | null
  /** What asks for `botToken` in the body, or the header `X-Bot-Token`: `signUp login forgot code anonymous phone`. */
  routes: string[]
}
