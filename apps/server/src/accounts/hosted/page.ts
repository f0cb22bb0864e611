import type { BotCheckInfo } from '@holdfast/contract'
import { providers } from '../bot-checks/bot-check-settings.js'
import type { Flow } from './flow.js'
import { type Html, html } from './html.js'
import type { Language, Texts } from './texts.js'
import { styleVersion, type UiSettings } from './theme.js'

/** What every page is written with. */
export interface Frame {
  readonly texts: Texts
  readonly language: Language
  readonly theme: UiSettings
  readonly flow?: Flow
  readonly botCheck?: BotCheckInfo
}

/** What a page of a sign-in knows besides. */
export interface View extends Frame {
  readonly flow: Flow
  /** For the forms. */
  readonly token: string
  readonly botCheck: BotCheckInfo
}

/** What a handler answers a browser with. */
export type Answered = Page | { readonly location: string }

export interface Page {
  readonly title: string
  readonly body: Html
  readonly status?: number
  readonly wide?: boolean
  readonly script?: boolean
  /** The page has the task of this check. */
  readonly challenge?: boolean
  /** Origins that the answer to its form may lead to, besides ours. */
  readonly formTargets?: readonly string[]
}

const mark = html`<svg viewBox="0 0 32 32" width="30" height="30" aria-hidden="true"><rect width="32" height="32" rx="8" fill="currentColor"/><path d="M11 8v16M21 8v16M11 16h10" stroke="var(--card)" stroke-width="3.4" stroke-linecap="round" fill="none"/></svg>`

export function writePage(frame: Frame, page: Page): string {
  const { theme, language } = frame
  const { title, body, wide, script } = page
  const task = taskOf(frame, page)?.script
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · ${theme.appName}</title>
<link rel="stylesheet" href="/auth/ui/style.css?v=${styleVersion(theme)}">
${script && html`<script src="/auth/ui/script.js" defer></script>`}
${task && html`<script src="${task}" async defer></script>`}
</head>
<body>
<main${wide && html` class="wide"`}>
<header>${theme.logoUrl ? html`<img src="${theme.logoUrl}" alt="">` : mark}<span>${theme.appName}</span></header>
${body}
</main>
</body>
</html>
`.text
}

/**
 * A page runs our script, where it has one, and our style only, is framed by nobody, and sends forms to us and, when that was
 * asked for, on to the app.
 */
export function policyOf(frame: Frame, page: Page): string {
  const { theme, flow } = frame
  const { script, formTargets = [] } = page
  const task = taskOf(frame, page)
  const sources = [...(script ? ["'self'"] : []), ...(task ? [task.sources] : [])].join(' ')
  const logo = theme.logoUrl && ` ${new URL(theme.logoUrl).origin}`
  // Browsers hold the answer to a form against this, too: where it leads has passed the allow-list.
  const targets = ["'self'", ...(flow?.redirectTo ? [originOf(flow.redirectTo)] : []), ...formTargets]
  return [
    "default-src 'none'",
    ...(sources ? [`script-src ${sources}`, `connect-src ${sources}`] : []),
    `style-src 'self'${task ? ` ${task.sources}` : ''}`,
    `img-src 'self' data:${logo}`,
    ...(task ? [`frame-src ${task.sources}`] : []),
    `form-action ${targets.join(' ')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** The task against robots that is on the page. */
const taskOf = ({ botCheck }: Frame, { challenge }: Page) =>
  challenge && botCheck?.provider ? providers[botCheck.provider] : undefined

/** Links into native apps have no origin, but a scheme of their own. */
export const originOf = ({ protocol, origin }: URL): string => (/^https?:$/.test(protocol) ? origin : protocol)
