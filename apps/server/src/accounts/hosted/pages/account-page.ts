import type { AuthProviderInfo, FactorInfo, IdentityInfo, MfaState, SessionInfo } from '@holdfast/contract'
import type { Trouble } from '../describe-problem.js'
import { alert, button, done, field, form, passkeyButton } from '../form-parts.js'
import { type Html, html } from '../html.js'
import type { Page, View } from '../page.js'

/** What the page shows; what the server does not have, or does not say, is not there. */
export interface AccountFacts {
  readonly user: { readonly id: string; readonly email?: string | null }
  readonly sessions: readonly SessionInfo[]
  readonly mfa?: MfaState
  readonly passkeys?: readonly FactorInfo[]
  readonly identities?: readonly IdentityInfo[]
  readonly providers: readonly AuthProviderInfo[]
}

interface Told {
  readonly trouble?: Trouble
  readonly done?: string
}

export const accountPage = (view: View, facts: AccountFacts, { trouble, done: news }: Told = {}): Page => {
  const { texts } = view
  const { user, sessions, mfa, passkeys, identities, providers } = facts
  return {
    title: texts.account,
    status: trouble?.status,
    wide: true,
    script: true,
    body: html`<h1>${texts.account}</h1>
<p>${texts.signedInAs} <strong>${user.email ?? user.id}</strong></p>
${done(news)}${alert(trouble)}
${form(view, 'sign-out', button(texts.signOut, 'plain'))}
<h2>${texts.sessions}</h2>
<ul class="rows">${sessions.map((session) => sessionRow(view, session))}</ul>
${sessions.length > 1 && form(view, 'account/end-others', button(texts.endOthers, 'plain'))}
${passwordPart(view, trouble)}
${mfa && factorPart(view, mfa)}
${passkeys && passkeyPart(view, passkeys)}
${identities && identityPart(view, identities, providers)}
${emailPart(view)}
${privacyPart(view)}`,
  }
}

const sessionRow = (view: View, { id, userAgent, address, lastUsedAt, current }: SessionInfo): Html => html`<li>
<span class="grow">${deviceOf(userAgent)}${current && html` · <strong>${view.texts.thisDevice}</strong>`}
<small>${address ?? ''} · ${view.texts.lastUsed} ${day(view, lastUsedAt)}</small></span>
${!current && form(view, 'account/end', button(view.texts.end, 'plain small', view.texts.endOf(deviceOf(userAgent))), [['id', id]])}</li>`

const passwordPart = (view: View, trouble: Trouble | undefined): Html => {
  const { texts } = view
  const parts = html`${field({ name: 'current', label: texts.currentPassword, type: 'password', autocomplete: 'current-password', trouble })}
${field({ name: 'password', label: texts.newPassword, type: 'password', autocomplete: 'new-password', hint: texts.passwordRule, trouble })}${button(texts.changePassword)}`
  return html`<h2>${texts.password}</h2><details${trouble?.fields['password'] && html` open`}><summary>${texts.changePassword}</summary>${form(view, 'account/password', parts)}</details>`
}

const factorPart = (view: View, { factors }: MfaState): Html => {
  const apps = factors.filter(({ kind }) => kind === 'totp')
  return html`<h2>${view.texts.authenticator}</h2>
<p>${view.texts.authenticatorText}</p>
${apps.length > 0 && html`<ul class="rows">${apps.map((factor) => factorRow(view, factor, 'account/remove-factor'))}</ul>`}
${form(view, 'account/totp', button(view.texts.addAuthenticator, 'plain'))}`
}

const passkeyPart = (view: View, passkeys: readonly FactorInfo[]): Html => html`<h2>${view.texts.passkeys}</h2>
<p>${view.texts.passkeysText}</p>
${passkeys.length > 0 && html`<ul class="rows">${passkeys.map((passkey) => factorRow(view, passkey, 'account/remove-passkey'))}</ul>`}
<noscript><p>${view.texts.needsScript}</p></noscript>
${passkeyButton('register', view.texts.addPasskey, '/auth/ui/account')}`

const factorRow = (view: View, { id, name, lastUsedAt }: FactorInfo, action: string): Html => html`<li>
<span class="grow">${name}${lastUsedAt !== null && html`<small>${view.texts.lastUsed} ${day(view, lastUsedAt)}</small>`}</span>
${form(view, action, button(view.texts.remove, 'plain small', view.texts.removeOf(name)), [['id', id]])}</li>`

function identityPart(
  view: View,
  identities: readonly IdentityInfo[],
  providers: readonly AuthProviderInfo[],
): Html | undefined {
  if (identities.length === 0 && providers.length === 0) return undefined
  const rows = identities.map(
    ({ id, provider, email }) => html`<li><span class="grow">${provider}<small>${email ?? ''}</small></span>
${form(view, 'account/unlink', button(view.texts.remove, 'plain small', view.texts.removeOf(provider)), [['id', id]])}</li>`,
  )
  const links = providers
    .filter(({ id, type }) => type === 'oauth' && !identities.some(({ provider }) => provider === id))
    .map(({ id, name }) => form(view, 'account/link', button(view.texts.link(name), 'plain'), [['id', id]]))
  return html`<h2>${view.texts.identities}</h2><p>${view.texts.identitiesText}</p>${rows.length > 0 && html`<ul class="rows">${rows}</ul>`}${links}`
}

const emailPart = (view: View): Html => {
  const { texts } = view
  const parts = html`${field({ name: 'email', label: texts.newEmail, type: 'email', autocomplete: 'email' })}${button(texts.changeEmail)}`
  return html`<h2>${texts.email}</h2><details><summary>${texts.changeEmail}</summary>${form(view, 'account/email', parts)}</details>`
}

const privacyPart = (view: View): Html => {
  const { texts } = view
  return html`<h2>${texts.privacy}</h2>
<p><a class="button plain" href="/api/v1/auth/me/export" download>${texts.export}</a></p>
<details><summary>${texts.deleteAccount}</summary><p>${texts.deleteText}</p>${form(view, 'account/delete', button(texts.deleteAccount, 'danger'))}</details>`
}

/** Asks once more who it is, before a delicate change. */
export const stepUpPage = (view: View, hasCode: boolean, trouble?: Trouble): Page => {
  const { texts } = view
  const proof = hasCode
    ? field({ name: 'code', label: texts.codeLabel, autocomplete: 'one-time-code', focus: true })
    : field({
        name: 'password',
        label: texts.password,
        type: 'password',
        autocomplete: 'current-password',
        focus: true,
      })
  return {
    title: texts.stepUp,
    status: trouble?.status ?? 403,
    script: true,
    body: html`<h1>${texts.stepUp}</h1><p>${texts.stepUpText}</p>${alert(trouble)}
${form(view, 'account/step-up', html`${proof}${button(texts.confirm)}`)}
${passkeyButton('step-up', texts.mfaPasskey, '/auth/ui/account')}
<p class="links"><a href="/auth/ui/account">${texts.account}</a></p>`,
  }
}

const day = ({ language }: View, time: string): string =>
  `${new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }).format(
    new Date(time),
  )} UTC`

/** Enough of a user agent to know the device by. */
function deviceOf(userAgent: string | null): string {
  const text = userAgent ?? ''
  const browser = /(Firefox|Edg|OPR|Chrome|Safari)/.exec(text)?.[1]
  const system = /(Windows|Android|iPhone|iPad|Mac OS X|Linux)/.exec(text)?.[1]
  const known = [browser === 'Edg' ? 'Edge' : browser, system].filter((part) => part !== undefined)
  return known.length > 0 ? known.join(' · ') : text.slice(0, 40) || '?'
}
