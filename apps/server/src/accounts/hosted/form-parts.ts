import { type CheckedRoute, providers } from '../bot-checks/bot-check-settings.js'
import type { Trouble } from './describe-problem.js'
import { fieldsOf } from './flow.js'
import { type Html, type HtmlPart, html } from './html.js'
import type { View } from './page.js'

/** A form of a page of ours, with its token and the flow; `action` is a page. */
export const form = (
  view: View,
  action: string,
  body: HtmlPart,
  hidden: readonly [string, string][] = [],
): Html => html`
<form method="post" action="/auth/ui/${action}" novalidate>
<input type="hidden" name="csrf" value="${view.token}">
${[...fieldsOf(view.flow), ...hidden].map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
${body}
</form>`

export interface FieldOptions {
  readonly name: string
  readonly label: string
  readonly type?: 'text' | 'email' | 'password'
  readonly autocomplete: string
  readonly value?: string
  readonly hint?: string
  readonly trouble?: Trouble
  readonly focus?: boolean
  readonly code?: boolean
}

/** A labelled input; what is wrong with it is told beside it, to those who cannot see it too. */
export function field(options: FieldOptions): Html {
  const { name, label, type = 'text', autocomplete, value, hint, trouble, focus, code } = options
  const problem = trouble?.fields[name]
  const described = [hint && `${name}-hint`, problem && `${name}-problem`].filter(Boolean).join(' ')
  return html`<label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" spellcheck="false" required
${value !== undefined && html` value="${value}"`}${focus && html` autofocus`}${problem && html` aria-invalid="true"`}
${described !== '' && html` aria-describedby="${described}"`}${code && html` class="code" inputmode="numeric" maxlength="6"`}>
${problem && html`<small class="problem" id="${name}-problem">${problem}</small>`}
${hint && html`<small id="${name}-hint">${hint}</small>`}`
}

/** `full` is what is read out where the text alone says too little: a button that stands beside each of many things. */
export const button = (text: string, kind = '', full?: string): Html =>
  html`<button type="submit"${kind !== '' && html` class="${kind}"`}${full !== undefined && html` aria-label="${full}"`}>${text}</button>`

/** A wrong code of an app: nobody sends another one. */
export const codeTrouble = ({ texts }: View, trouble: Trouble | undefined): Trouble | undefined =>
  trouble?.code === 'invalid_secret' ? { ...trouble, text: texts.wrongCode } : trouble

/** What went wrong, read out at once. */
export const alert = (trouble: Trouble | undefined): Html | undefined =>
  trouble && html`<p class="error" role="alert">${trouble.text}</p>`

export const done = (text: string | undefined): Html | undefined =>
  text === undefined ? undefined : html`<p class="done" role="status">${text}</p>`

/** Shown once the script runs; `next` is where the page goes when it is done. */
export const passkeyButton = (way: string, label: string, next: string, mfaToken?: string): Html => html`
<div data-passkey="${way}" data-next="${next}"${mfaToken !== undefined && html` data-mfa-token="${mfaToken}"`} hidden>
<button type="button" class="plain">${label}</button><p class="error" role="alert" hidden></p></div>`

/** The task that tells people from robots, where this route has one. */
export function challenge({ botCheck }: View, route: CheckedRoute): Html | undefined {
  if (botCheck.provider === null || !botCheck.routes.includes(route)) return undefined
  const { element } = providers[botCheck.provider]
  return html`<div class="challenge ${element}" data-sitekey="${botCheck.siteKey!}"></div>`
}
