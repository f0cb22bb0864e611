import type { Trouble } from '../describe-problem.js'
import { linkTo } from '../flow.js'
import { alert, button, codeTrouble, field, form } from '../form-parts.js'
import { html } from '../html.js'
import type { Page, View } from '../page.js'

interface Enrolment {
  /** In place of a session: of a sign-in that asks for a factor where there is none. */
  readonly mfaToken?: string
  readonly secret: string
  readonly qr: string
  readonly trouble?: Trouble
}

/** An authenticator app is set up by its first code. */
export const enrolPage = (view: View, { mfaToken = '', secret, qr, trouble }: Enrolment): Page => {
  const { texts } = view
  const hidden: [string, string][] = [
    ['mfaToken', mfaToken],
    ['secret', secret],
    ['qr', qr],
  ]
  return {
    title: texts.enrolTitle,
    status: trouble?.status,
    body: html`<h1>${texts.enrolTitle}</h1>
${mfaToken !== '' && html`<p>${texts.enrolNeeded}</p>`}
<p>${texts.enrolText}</p>
<img class="qr" src="${qr}" alt="${texts.qrText}">
<pre>${secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}</pre>
${alert(codeTrouble(view, trouble))}
${form(view, 'enrol', html`${field({ name: 'code', label: texts.codeLabel, autocomplete: 'one-time-code', focus: true, code: true })}${button(texts.confirm)}`, hidden)}
<p class="links">${mfaToken === '' ? html`<a href="/auth/ui/account">${texts.account}</a>` : html`<a href="${linkTo('sign-in', view.flow)}">${texts.back}</a>`}</p>`,
  }
}

/** Shown once. */
export const recoveryPage = (view: View, codes: readonly string[], next: string): Page => ({
  title: view.texts.recoveryTitle,
  body: html`<h1>${view.texts.recoveryTitle}</h1>
<p>${view.texts.recoveryText}</p>
<pre>${codes.join('\n')}</pre>
<a class="button" href="${next}">${view.texts.goOn}</a>`,
})
