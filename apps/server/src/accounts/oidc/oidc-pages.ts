import type { OidcScope } from '@holdfast/contract'
import { Html, html } from '../hosted/html.js'
import { type Frame, originOf, type Page } from '../hosted/page.js'
import { oidcTexts } from './oidc-texts.js'

export interface Consent {
  readonly action: string
  readonly client: string
  readonly scopes: readonly string[]
  readonly csrf: string
  readonly person: string
  readonly redirectUri: string
}

export function consentPage(frame: Frame, { action, client, scopes, csrf, person, redirectUri }: Consent): Page {
  const texts = oidcTexts[frame.language]
  const target = new URL(redirectUri)
  const items = scopes.map((scope) => html`<li>${texts.meanings[scope as OidcScope] ?? scope}</li>`)
  return {
    title: texts.consentTitle(client),
    formTargets: [originOf(target)],
    body: html`<h1>${texts.consentTitle(client)}</h1>
<p>${frame.texts.signedInAs} <strong>${person}</strong></p>
<p>${texts.asks(client, target.host || target.protocol)}</p>
<ul class="list">${items}</ul>
<p>${texts.noPassword}</p>
<form method="post" action="${action}">
<input type="hidden" name="csrf" value="${csrf}">
<div class="pair"><button type="submit" name="answer" value="allow">${texts.allow}</button>
<button class="plain" type="submit" name="answer" value="deny">${texts.refuse}</button></div>
</form>`,
  }
}

/** `form` is the library's: an id and a hidden field. */
export function logoutPage({ language, texts }: Frame, form: string): Page {
  const { logoutTitle, logoutText, stay } = oidcTexts[language]
  return {
    title: logoutTitle,
    // Where it leads then was registered by an admin; which one it is, the library does not say here.
    formTargets: ['https:', 'http:'],
    body: html`<h1>${logoutTitle}</h1>
<p>${logoutText}</p>
${new Html(form)}
<div class="pair"><button type="submit" form="op.logoutForm" name="logout" value="yes">${texts.signOut}</button>
<button class="plain" type="submit" form="op.logoutForm">${stay}</button></div>`,
  }
}

export function loggedOutPage({ language }: Frame, client: string | undefined): Page {
  const { loggedOut, mayClose, cameFrom } = oidcTexts[language]
  return {
    title: loggedOut,
    body: html`<h1>${loggedOut}</h1><p>${client === undefined ? mayClose : cameFrom(client)}</p>`,
  }
}

/** The words of the library are for those who wrote the app. */
export function errorPage(
  { language, texts }: Frame,
  out: { readonly error: string; readonly error_description?: string },
): Page {
  const { errorText } = oidcTexts[language]
  return {
    title: texts.failed,
    body: html`<h1>${texts.failed}</h1>
<p>${errorText}</p>
<pre lang="en">${out.error}${out.error_description && `: ${out.error_description}`}</pre>`,
  }
}

export function expiredPage({ language }: Frame, status = 400): Page {
  const { expiredTitle, expiredText, toAccount } = oidcTexts[language]
  return {
    title: expiredTitle,
    status,
    body: html`<h1>${expiredTitle}</h1><p>${expiredText}</p>
<p class="links"><a href="/auth/ui/account">${toAccount}</a></p>`,
  }
}
