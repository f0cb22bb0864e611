/** What the set-up page does in the browser. */
export const setupScript = `
'use strict'
const $ = (id) => document.getElementById(id)
const token = new URLSearchParams(location.hash.slice(1)).get('token')
history.replaceState(null, '', location.pathname)
const api = location.origin + '/api/v1'

const fail = (text, field) => {
  $('problem').textContent = text
  $('problem').hidden = false
  for (const id of ['email', 'password']) $(id).setAttribute('aria-invalid', String(id === field))
  if (field) $(field).focus()
}

const describe = ({ detail, hint, errors }) =>
  [errors && errors[0] ? errors[0].message : detail, hint].filter(Boolean).map((text) => text.charAt(0).toUpperCase() + text.slice(1)).join('. ')

const finish = ({ accessToken, expiresIn }, email) => {
  $('who').textContent = email
  $('minutes').textContent = Math.round(expiresIn / 60)
  $('example').textContent = "curl " + api + "/auth/login \\\\\\n  -H 'content-type: application/json' \\\\\\n  -d '" +
    JSON.stringify({ email, password: '…' }) + "'"
  $('copy').onclick = () => navigator.clipboard.writeText(accessToken).then(() => { $('copy').textContent = 'Copied' })
  $('start').hidden = true
  $('finish').hidden = false
  $('finished').focus()
}

const send = async (email, password) => {
  const answer = await fetch(api + '/admin/setup', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, email, password }),
  })
  const body = await answer.json()
  if (answer.ok) return finish(body.data, email)
  const path = body.errors && body.errors[0] && body.errors[0].path
  fail(describe(body), path === 'email' || path === 'password' ? path : undefined)
}

$('reveal').onclick = () => {
  const shown = $('password').type === 'password'
  $('password').type = shown ? 'text' : 'password'
  $('reveal').textContent = shown ? 'Hide' : 'Show'
  $('reveal').setAttribute('aria-pressed', String(shown))
}

$('form').onsubmit = async (event) => {
  event.preventDefault()
  const email = $('email').value.trim()
  const password = $('password').value
  if (!$('email').checkValidity()) return fail('Enter your e-mail address', 'email')
  if ([...password].length < 8) return fail('Choose a password of at least 8 characters', 'password')
  $('problem').hidden = true
  $('submit').disabled = true
  await send(email, password).catch(() => fail('The server cannot be reached. Try again.'))
  $('submit').disabled = false
}

if (!token) {
  fail('This link has no token. Open the whole link that the server printed when it started.')
  $('submit').disabled = true
}
`
