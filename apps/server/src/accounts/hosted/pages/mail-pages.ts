import type { Trouble } from '../describe-problem.js'
import { linkTo } from '../flow.js'
import { alert, button, challenge, field, form } from '../form-parts.js'
import { html } from '../html.js'
import type { Page, View } from '../page.js'

interface Asked {
  readonly email?: string
  readonly trouble?: Trouble
}

export const forgotPage = (view: View, { email, trouble }: Asked = {}): Page => {
  const { texts } = view
  const parts = html`${field({ name: 'email', label: texts.email, type: 'email', autocomplete: 'username', value: email ?? '', trouble, focus: true })}
${challenge(view, 'forgot')}${button(texts.sendLink)}`
  return {
    title: texts.forgotTitle,
    status: trouble?.status,
    challenge: true,
    body: html`<h1>${texts.forgotTitle}</h1><p>${texts.forgotText}</p>${alert(trouble)}
${form(view, 'forgot', parts)}${back(view)}`,
  }
}

/** A code or a link: two buttons of one form. */
export const codePage = (view: View, { email, trouble }: Asked = {}): Page => {
  const { texts } = view
  const parts = html`${field({ name: 'email', label: texts.email, type: 'email', autocomplete: 'username', value: email ?? '', trouble, focus: true })}
${challenge(view, 'code')}${button(texts.sendCode)}<button type="submit" name="kind" value="link" class="plain">${texts.sendLinkInstead}</button>`
  return {
    title: texts.withCode,
    status: trouble?.status,
    challenge: true,
    body: html`<h1>${texts.withCode}</h1><p>${texts.codeText}</p>${alert(trouble)}
${form(view, 'code', parts)}<p class="links"><a href="${linkTo('sign-in', view.flow)}">${texts.withPassword}</a></p>`,
  }
}

export const codeEntryPage = (view: View, { email, trouble }: { email: string; trouble?: Trouble }): Page => {
  const { texts } = view
  const parts = html`${field({ name: 'code', label: texts.codeLabel, autocomplete: 'one-time-code', focus: true, code: true })}${button(texts.signIn)}`
  return {
    title: texts.mailSent,
    status: trouble?.status,
    body: html`<h1>${texts.mailSent}</h1><p>${texts.codeFrom(email)}</p>${alert(trouble)}
${form(view, 'code/verify', parts, [['email', email]])}
<p class="links"><a href="${linkTo('code', view.flow)}">${texts.sendAnother}</a></p>`,
  }
}

export const mailSentPage = (view: View, email: string): Page => ({
  title: view.texts.mailSent,
  body: html`<h1>${view.texts.mailSent}</h1><p>${view.texts.mailSentText(email)}</p>${back(view)}`,
})

/** What a link of a mail leads to: says what will happen, and does it when the form comes. */
export const confirmPage = (
  view: View,
  options: { page: string; token: string; title: string; text: string; label: string; trouble?: Trouble },
): Page => ({
  title: options.title,
  status: options.trouble?.status,
  body: html`<h1>${options.title}</h1><p>${options.text}</p>${alert(options.trouble)}
${form(view, options.page, button(options.label), [['token', options.token]])}`,
})

/** The same with a password to choose. */
export const passwordPage = (
  view: View,
  options: { page: string; token: string; title: string; text: string; label: string; trouble?: Trouble },
): Page => ({
  title: options.title,
  status: options.trouble?.status,
  body: html`<h1>${options.title}</h1><p>${options.text}</p>${alert(options.trouble)}
${form(view, options.page, html`${field({ name: 'password', label: view.texts.newPassword, type: 'password', autocomplete: 'new-password', hint: view.texts.passwordRule, trouble: options.trouble, focus: true })}${button(options.label)}`, [['token', options.token]])}`,
})

export const messagePage = (
  view: Pick<View, 'texts' | 'flow'>,
  title: string,
  text?: string,
  status?: number,
): Page => ({
  title,
  status,
  body: html`<h1>${title}</h1>${text !== undefined && html`<p>${text}</p>`}${back(view)}`,
})

/** It is done; says what comes next. */
export const nextPage = ({
  title,
  text,
  href,
  label,
  status,
}: {
  title: string
  text?: string
  href: string
  label: string
  status?: number
}): Page => ({
  title,
  status,
  body: html`<h1>${title}</h1>${text !== undefined && html`<p>${text}</p>`}<a class="button" href="${href}">${label}</a>`,
})

export const goOnPage = (view: View, href: string): Page => ({
  title: view.texts.identities,
  body: html`<h1>${view.texts.identities}</h1><a class="button" href="${href}">${view.texts.goOn}</a>`,
})

const back = ({ texts, flow }: Pick<View, 'texts' | 'flow'>) =>
  html`<p class="links"><a href="${linkTo('sign-in', flow)}">${texts.back}</a></p>`
