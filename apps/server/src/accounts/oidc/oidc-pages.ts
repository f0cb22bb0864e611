import { createHash } from 'node:crypto'
import type { OidcScope } from '@holdfast/contract'
import type { KoaContextWithOIDC } from 'oidc-provider'

/** A page, and where its form may lead besides to us. */
export interface OidcPage {
  readonly title: string
  readonly body: string
  readonly formTargets?: readonly string[]
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (one) => entities[one]!)

const style = `
:root { color-scheme: light dark; --page: #f3f5f8; --card: #fff; --text: #17202c; --soft: #5a6676; --line: #cfd6df; --accent: #1f5fd0; --on: #fff }
@media (prefers-color-scheme: dark) { :root { --page: #10151c; --card: #19212b; --text: #e8edf3; --soft: #9fabba; --line: #364150; --accent: #7db0ff; --on: #0d1a2e } }
* { box-sizing: border-box }
html { background: var(--page) }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 24px; color: var(--text); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif }
main { width: 100%; max-width: 470px; padding: 36px; background: var(--card); border: 1px solid var(--line); border-radius: 16px }
h1 { margin: 0 0 10px; font-size: 25px; line-height: 1.25; overflow-wrap: anywhere }
p, li { color: var(--soft); overflow-wrap: anywhere }
p strong { color: var(--text) }
ul { padding-left: 20px }
.row { display: flex; flex-wrap: wrap; gap: 10px; margin-top: 24px }
button { flex: 1; min-height: 46px; padding: 0 20px; border: 1px solid var(--accent); border-radius: 9px; background: var(--accent); color: var(--on); font: inherit; font-weight: 600; cursor: pointer }
button.plain { background: transparent; color: var(--accent) }
button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
@media (max-width: 480px) { html { background: var(--card) } body { padding: 0; place-items: start stretch } main { padding: 28px 20px; border: 0 } }
`
const styleSource = `'sha256-${createHash('sha256').update(style).digest('base64')}'`

export const renderPage = ({ title, body }: OidcPage): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body><main>
${body}
</main></body>
</html>
`

/** No script runs, nobody frames the page. Browsers hold where the answer to a form leads against this, too. */
export const policyOf = ({ formTargets = [] }: OidcPage): string =>
  [
    "default-src 'none'",
    `style-src ${styleSource}`,
    `form-action 'self'${formTargets.map((target) => ` ${target}`).join('')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')

export function writeOidcPage(ctx: KoaContextWithOIDC, page: OidcPage): void {
  ctx.set('Content-Security-Policy', policyOf(page))
  ctx.set('Referrer-Policy', 'no-referrer')
  ctx.type = 'html'
  ctx.body = renderPage(page)
}

/** Links into native apps have no origin, but a scheme of their own. */
export const originOf = (uri: string): string => {
  const { protocol, origin } = new URL(uri)
  return /^https?:$/.test(protocol) ? origin : protocol
}

const meanings: Readonly<Record<OidcScope, string>> = {
  openid: 'Who you are, by an id',
  profile: 'Your name',
  email: 'Your e-mail address',
  roles: 'Your roles',
  teams: 'The teams you are in',
  offline_access: 'To stay signed in while you are away',
}

export interface Consent {
  readonly action: string
  readonly client: string
  readonly scopes: readonly string[]
  readonly csrf: string
  readonly person: string
  readonly redirectUri: string
}

export const consentPage = ({ action, client, scopes, csrf, person, redirectUri }: Consent): OidcPage => ({
  title: `Sign in to ${client}`,
  formTargets: [originOf(redirectUri)],
  body: `<h1>Sign in to ${escapeHtml(client)}?</h1>
<p>You are signed in as <strong>${escapeHtml(person)}</strong>. ${escapeHtml(client)} (${escapeHtml(originOf(redirectUri))}) would learn:</p>
<ul>${scopes.map((scope) => `<li>${escapeHtml(meanings[scope as OidcScope] ?? scope)}</li>`).join('')}</ul>
<form method="post" action="${escapeHtml(action)}">
<input type="hidden" name="csrf" value="${escapeHtml(csrf)}">
<div class="row"><button type="submit" name="answer" value="allow">Allow</button>
<button class="plain" type="submit" name="answer" value="deny">Refuse</button></div>
</form>`,
})

/** `form` is the library's: an id and a hidden field. */
export const logoutPage = (form: string): OidcPage => ({
  title: 'Sign out',
  // Where it leads then was registered by an admin; which one it is, the library does not say here.
  formTargets: ['https:', 'http:'],
  body: `<h1>Sign out?</h1>
<p>You would be signed out of this server, and of the apps you signed in to by it.</p>
${form}
<div class="row"><button type="submit" form="op.logoutForm" name="logout" value="yes">Sign out</button>
<button class="plain" type="submit" form="op.logoutForm">Stay signed in</button></div>`,
})

export const loggedOutPage = (client: string | undefined): OidcPage => ({
  title: 'Signed out',
  body: `<h1>You are signed out</h1><p>${client === undefined ? 'You can close this page.' : `You were sent here by ${escapeHtml(client)}.`}</p>`,
})

export const errorPage = (out: { readonly error: string; readonly error_description?: string }): OidcPage => ({
  title: 'This did not work',
  body: `<h1>This did not work</h1>
<p>${escapeHtml(out.error_description ?? 'The app sent a request that cannot be answered.')}</p>
<p><small>${escapeHtml(out.error)}</small></p>`,
})

export const expiredPage = (): OidcPage => ({
  title: 'This sign-in is over',
  body: '<h1>This sign-in is over</h1><p>It took too long, or was begun in another browser. Go back to the app and sign in again.</p>',
})
