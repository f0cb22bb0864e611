import type { AuthProviderInfo } from '@holdfast/contract'
import type { Trouble } from '../describe-problem.js'
import { linkTo } from '../flow.js'
import { alert, button, challenge, done, field, form, passkeyButton } from '../form-parts.js'
import { html } from '../html.js'
import type { Page, View } from '../page.js'

export interface Provider extends AuthProviderInfo {
  /** Where its button leads, with the flow. */
  readonly href: string
}

interface SignIn {
  readonly email?: string
  /** Who is signed in here already, and may go on to the app. */
  readonly known?: string
  readonly providers: readonly Provider[]
  /** Where an app of the OpenID provider waits: it names itself on the next page. */
  readonly returnsHere: boolean
  readonly trouble?: Trouble
  readonly done?: string
}

export const signInPage = (view: View, { email, known, providers, returnsHere, trouble, done: news }: SignIn): Page => {
  const { texts, flow } = view
  const password = html`${field({ name: 'email', label: texts.email, type: 'email', autocomplete: 'username webauthn', value: email ?? '', trouble, focus: !email })}
${field({ name: 'password', label: texts.password, type: 'password', autocomplete: 'current-password', trouble, focus: Boolean(email) })}
${challenge(view, 'login')}${button(texts.signIn)}`
  return {
    title: texts.signIn,
    status: trouble?.status,
    script: true,
    challenge: true,
    body: html`<h1>${texts.signIn}</h1>
${flow.redirectTo && !returnsHere && html`<p>${texts.continueTo(flow.redirectTo.host || flow.redirectTo.protocol)}</p>`}
${done(news)}${alert(trouble)}
${known !== undefined && form(view, 'continue', html`${button(texts.continueAs(known))}<p class="or">${texts.otherAccount}</p>`)}
${form(view, 'sign-in', password)}
<p class="or">${texts.or}</p>
<div class="ways">
${passkeyButton('sign-in', texts.withPasskey, linkTo('sign-in', flow))}
<a class="button plain" href="${linkTo('code', flow)}">${texts.withCode}</a>
${providers.map((provider) => html`<a class="button plain" href="${provider.href}">${texts.with(provider.name)}</a>`)}
</div>
<p class="links"><a href="${linkTo('forgot', flow)}">${texts.forgot}</a><span>${texts.noAccount} <a href="${linkTo('sign-up', flow)}">${texts.signUp}</a></span></p>`,
  }
}

export const directoryPage = (
  view: View,
  { id, name, username, trouble }: { id: string; name: string; username?: string; trouble?: Trouble },
): Page => {
  const { texts } = view
  const wrong = trouble?.code === 'invalid_credentials' ? { ...trouble, text: texts.directoryWrong } : trouble
  const parts = html`${field({ name: 'username', label: texts.userName, autocomplete: 'username', value: username ?? '', focus: true })}
${field({ name: 'password', label: texts.password, type: 'password', autocomplete: 'current-password' })}${button(texts.signIn)}`
  return {
    title: texts.signIn,
    status: trouble?.status,
    body: html`<h1>${texts.with(name)}</h1><p>${texts.directoryText(name)}</p>${alert(wrong)}
${form(view, 'directory', parts, [['id', id]])}
<p class="links"><a href="${linkTo('sign-in', view.flow)}">${texts.back}</a></p>`,
  }
}

export const signUpPage = (view: View, { email, trouble }: { email?: string; trouble?: Trouble } = {}): Page => {
  const { texts, flow } = view
  const parts = html`${field({ name: 'email', label: texts.email, type: 'email', autocomplete: 'username', value: email ?? '', trouble, focus: true })}
${field({ name: 'password', label: texts.password, type: 'password', autocomplete: 'new-password', hint: texts.passwordRule, trouble })}
${challenge(view, 'signUp')}${button(texts.signUp)}`
  return {
    title: texts.signUp,
    status: trouble?.status,
    challenge: true,
    body: html`<h1>${texts.signUp}</h1>${alert(trouble)}
${form(view, 'sign-up', parts)}
<p class="links"><span>${texts.haveAccount} <a href="${linkTo('sign-in', flow)}">${texts.signIn}</a></span></p>`,
  }
}
