/** A file the page loads, beside the page: `docs/page.js?v=…`, so that it may be kept for ever. */
export type LinkTo = (file: string) => string

/** The reference for people. Every address in it is relative, so it works under any URL the server is reached by. */
export const docsPage = (link: LinkTo): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Holdfast API</title>
<link rel="icon" href="${link('icon.svg')}">
<link rel="stylesheet" href="${link('swagger-ui.css')}">
<link rel="stylesheet" href="${link('page.css')}">
</head>
<body>
<header>
<h1>${docsIcon}<span>Holdfast API</span></h1>
<form id="signIn" hidden>
<input id="email" type="email" placeholder="E-mail" aria-label="E-mail" autocomplete="username" required>
<input id="password" type="password" placeholder="Password" aria-label="Password" autocomplete="current-password" required>
<button type="submit">Sign in</button>
</form>
<div id="signedIn" hidden><span id="who"></span><button id="signOut" type="button">Sign out</button></div>
</header>
<p id="problem" role="alert" hidden></p>
<noscript><p>This page needs JavaScript. The document it shows is <a href="openapi.json">openapi.json</a>.</p></noscript>
<main id="reference"></main>
<script src="${link('swagger-ui-bundle.js')}" defer></script>
<script src="${link('page.js')}" defer></script>
</body>
</html>
`

export const docsIcon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true"><rect width="32" height="32" rx="8" fill="#1f5fd0"/><path d="M11 8v16M21 8v16M11 16h10" stroke="#fff" stroke-width="3.4" stroke-linecap="round" fill="none"/></svg>`

/** The page runs its own files, talks to this server and to nothing else. */
export const docsPagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')
