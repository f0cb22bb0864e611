import type { Trouble } from '../describe-problem.js'
import { linkTo } from '../flow.js'
import { alert } from '../form-parts.js'
import { html } from '../html.js'
import type { Page, View } from '../page.js'

/** Nothing can be done here; says why and where to go on. */
export const troublePage = (view: View, trouble: Trouble): Page => ({
  title: view.texts.failed,
  status: trouble.status,
  body: html`<h1>${view.texts.failed}</h1>
${alert(trouble)}
<p class="links"><a href="${linkTo('sign-in', view.flow)}">${view.texts.back}</a></p>`,
})
