import { createHash } from 'node:crypto'
import { setupScript } from './setup-page.script.js'
import { setupStyle } from './setup-page.style.js'

/** The page behind the set-up link. Self-contained; the token is in the fragment, which no server and no log ever sees. */
export const setupPage = (done: boolean): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Set up Holdfast</title>
<style>${setupStyle}</style>
</head>
<body>
<main>
<header>${mark}<span>Holdfast</span></header>
${done ? doneBody : formBody}
</main>
</body>
</html>
`

const mark = `<svg viewBox="0 0 32 32" width="30" height="30" aria-hidden="true"><rect width="32" height="32" rx="8" fill="currentColor"/><path d="M11 8v16M21 8v16M11 16h10" stroke="var(--card)" stroke-width="3.4" stroke-linecap="round" fill="none"/></svg>`

const doneBody = `<h1>This server is set up</h1>
<p>It has an admin. Sign in with that account; an admin can give the role to others.</p>
<p><a class="button" href="/api/v1/docs">Open the API docs</a></p>`

const formBody = `<noscript><p class="error">This page needs JavaScript.</p></noscript>
<section id="start">
<h1>Create the first admin</h1>
<p>This account passes every rule and runs the server. You can add others later.</p>
<form id="form" novalidate>
<label for="email">E-mail</label>
<input id="email" name="email" type="email" autocomplete="username" inputmode="email" spellcheck="false" required autofocus>
<label for="password">Password</label>
<div class="field">
<input id="password" name="password" type="password" autocomplete="new-password" minlength="8" maxlength="256" required aria-describedby="rule">
<button id="reveal" type="button" aria-pressed="false" aria-controls="password">Show</button>
</div>
<small id="rule">At least 8 characters. A few words make a good one.</small>
<p id="problem" class="error" role="alert" hidden></p>
<button id="submit" class="button" type="submit">Create admin</button>
</form>
</section>
<section id="finish" hidden>
<h1 id="finished" tabindex="-1">You are the admin</h1>
<p><strong id="who"></strong> can sign in now, here with curl:</p>
<pre id="example"></pre>
<p class="row"><a class="button" href="/api/v1/docs">Open the API docs</a>
<button id="copy" class="button plain" type="button">Copy access token</button></p>
<small>The access token is good for <span id="minutes"></span> minutes. Paste it under <em>Authorize</em> in the docs.</small>
</section>
<script>${setupScript}</script>`

const sourceOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** The page runs this script and this style, talks to this server and to nothing else. */
export const setupPagePolicy = [
  "default-src 'none'",
  `script-src ${sourceOf(setupScript)}`,
  `style-src ${sourceOf(setupStyle)}`,
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')
