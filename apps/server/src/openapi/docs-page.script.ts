/**
 * What the page does in the browser: it signs in, shows the document as the caller may see it, and keeps the access token
 * fresh. The session lives as long as the tab.
 */
export const docsScript = `
'use strict'
const $ = (id) => document.getElementById(id)
const api = new URL('.', location.href).href
const server = new URL('../..', location.href).href.replace(/\\/$/, '')

// ── the session ──

const storageKey = 'holdfast.docs.session'
let session = JSON.parse(sessionStorage.getItem(storageKey))
let refreshing

const keep = (next) => {
  session = next
  if (next) sessionStorage.setItem(storageKey, JSON.stringify(next))
  else sessionStorage.removeItem(storageKey)
}

const sessionOf = ({ accessToken, refreshToken, expiresIn }, email) =>
  ({ accessToken, refreshToken, email, expiresAtMs: Date.now() + expiresIn * 1000 })

const post = async (path, body, headers = {}) => {
  const answer = await fetch(api + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  const content = answer.status === 204 ? {} : await answer.json()
  if (!answer.ok) throw new Error(content.detail)
  return content.data
}

/** The access token, a new one where the old one is about to end. */
const freshToken = async () => {
  if (session?.refreshToken && session.expiresAtMs < Date.now() + 20_000) {
    refreshing ??= refresh(session).finally(() => { refreshing = undefined })
    await refreshing
  }
  return session?.accessToken
}

const refresh = async ({ refreshToken, email }) => {
  try {
    keep(sessionOf(await post('auth/refresh', { refreshToken }), email))
  } catch {
    signOut('Your session has ended. Sign in again.')
  }
}

// ── the document ──

const load = async () => {
  const token = await freshToken()
  const answer = await fetch(api + 'openapi.json', { headers: token ? { authorization: 'Bearer ' + token } : {} })
  if (answer.status === 401 && token) return signOut('This token is not valid, or not any more. Sign in again.')
  if (!answer.ok) throw new Error('The document cannot be loaded: ' + answer.status)
  const content = await answer.json()
  ui.specActions.updateSpec(JSON.stringify({ ...content, servers: [{ url: server }] }))
}

/** Says who is signed in, to the reader and to Swagger UI, and shows what they may do. */
const show = async () => {
  $('signIn').hidden = Boolean(session)
  $('signedIn').hidden = !session
  $('who').textContent = session?.email ?? 'Signed in by token'
  if (session) ui.authActions.authorize(bearer(session.accessToken))
  await load().catch((error) => complain(error.message))
}

const complain = (text) => {
  $('problem').textContent = text ?? ''
  $('problem').hidden = !text
}

const bearer = (value) => ({ bearer: { name: 'bearer', value, schema: { type: 'http', scheme: 'bearer' } } })

const signOut = (reason) => {
  keep(undefined)
  ui.authActions.logout(['bearer'])
  complain(reason)
  return show()
}

// ── Swagger UI ──

/** A token given or taken away by "Authorize" changes what the document shows. */
const followAuthorize = {
  statePlugins: {
    auth: {
      wrapActions: {
        authorize: (authorize) => (payload) => {
          const token = payload.bearer?.value?.trim().replace(/^bearer\\s+/i, '')
          if (!token) return
          authorize(bearer(token))
          if (token === session?.accessToken) return
          keep({ accessToken: token })
          complain()
          show()
        },
        logout: (logout) => (names) => {
          logout(names)
          if (session) signOut()
        },
      },
    },
  },
}

const ui = SwaggerUIBundle({
  dom_id: '#reference',
  presets: [SwaggerUIBundle.presets.apis],
  plugins: [followAuthorize],
  spec: { openapi: '3.1.0', info: { title: 'Holdfast', version: '1' }, paths: {} },
  deepLinking: true,
  docExpansion: 'none',
  filter: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  requestInterceptor: async (request) => {
    if (request.headers.Authorization) request.headers.Authorization = 'Bearer ' + (await freshToken())
    return request
  },
})

$('signIn').onsubmit = async (event) => {
  event.preventDefault()
  const [email, password] = [$('email').value.trim(), $('password').value]
  const button = $('signIn').querySelector('button')
  button.disabled = true
  complain()
  try {
    const data = await post('auth/login', { email, password })
    if (!data.accessToken) throw new Error('This account needs a second factor. Paste an access token under Authorize.')
    $('password').value = ''
    keep(sessionOf(data, email))
    await show()
  } catch (error) {
    complain(error.message)
  }
  button.disabled = false
}

$('signOut').onclick = async () => {
  const token = session?.refreshToken && (await freshToken())
  if (token) await post('auth/logout', {}, { authorization: 'Bearer ' + token }).catch(() => {})
  signOut()
}

const night = matchMedia('(prefers-color-scheme: dark)')
const dress = () => document.documentElement.classList.toggle('dark-mode', night.matches)
night.onchange = dress
dress()
show()
`
