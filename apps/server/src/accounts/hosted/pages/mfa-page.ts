import type { Trouble } from '../describe-problem.js'
import { linkTo } from '../flow.js'
import { alert, button, codeTrouble, field, form, passkeyButton } from '../form-parts.js'
import { html } from '../html.js'
import type { Page, View } from '../page.js'

interface Mfa {
  readonly mfaToken: string
  readonly factors: readonly string[]
  readonly trouble?: Trouble
}

/** The second step of a sign-in. Passkeys need the script; the code does not. */
export const mfaPage = (view: View, { mfaToken, factors, trouble }: Mfa): Page => {
  const { texts } = view
  const hidden: [string, string][] = [
    ['mfaToken', mfaToken],
    ['factors', factors.join(' ')],
  ]
  const passkey = passkeyButton('mfa', texts.mfaPasskey, linkTo('sign-in', view.flow), mfaToken)
  const code = html`<p>${texts.mfaText}</p>${alert(codeTrouble(view, trouble))}
${field({ name: 'code', label: texts.codeLabel, autocomplete: 'one-time-code', hint: factors.includes('recovery') ? texts.recoveryLabel : undefined, focus: true })}
${button(texts.goOn)}`
  return {
    title: texts.mfaTitle,
    status: trouble?.status,
    script: true,
    body: html`<h1>${texts.mfaTitle}</h1>
${form(view, 'second-factor', code, hidden)}
${factors.includes('passkey') && passkey}
<p class="links"><a href="${linkTo('sign-in', view.flow)}">${texts.back}</a></p>`,
  }
}
