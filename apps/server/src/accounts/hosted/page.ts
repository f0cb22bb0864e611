import type { BotCheckInfo } from '@holdfast/contract'
import { providers } from '../bot-checks/bot-check-settings.js'
import type { Flow } from './flow.js'
import { type Html, html } from './html.js'
import type { Language, Texts } from './texts.js'
import { styleVersion, type UiSettings } from './theme.js'

/** What every page knows. */
export interface View {
  readonly texts: Texts
  readonly language: Language
  readonly theme: UiSettings
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
}

const mark = html`<svg viewBox="0 0 32 32" width="30" height="30" aria-hidden="true"><rect width="32" height="32" rx="8" fill="currentColor"/><path d="M11 8v16M21 8v16M11 16h10" stroke="var(--card)" stroke-width="3.4" stroke-linecap="round" fill="none"/></svg>`

export function writePage(view: View, { title, body, wide, script, challenge }: Page): string {
  const { theme, language, botCheck } = view
  const task = challenge && botCheck.provider !== null && providers[botCheck.provider].script
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

/** A page runs our script and style only, is framed by nobody, and sends forms to us and, when that was asked for, on to the app. */
export function policyOf({ theme, flow, botCheck }: View, { challenge }: Page): string {
  const task = challenge && botCheck.provider !== null ? ` ${providers[botCheck.provider].sources}` : ''
  const logo = theme.logoUrl && ` ${new URL(theme.logoUrl).origin}`
  // Browsers hold the answer to a form against this, too: where it leads has passed the allow-list.
  const target = flow.redirectTo && ` ${originOf(flow.redirectTo)}`
  return [
    "default-src 'none'",
    `script-src 'self'${task}`,
    `style-src 'self'${task}`,
    `img-src 'self' data:${logo}`,
    `connect-src 'self'${task}`,
    ...(task ? [`frame-src${task}`] : []),
    `form-action 'self'${target ?? ''}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** Links into native apps have no origin, but a scheme of their own. */
const originOf = ({ protocol, origin }: URL): string => (/^https?:$/.test(protocol) ? origin : protocol)
