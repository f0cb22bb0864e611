/**
 * Passkeys, which no form can use. What needs the script is hidden until it runs. It calls the API as any app does, in cookie
 * mode; then the page goes on to where its button says.
 */
export const pageScript = `
'use strict'
const api = async (path, body, csrf) => {
  const answer = await fetch('/api/v1/auth' + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-session-mode': 'cookie', ...(csrf && { 'x-csrf-token': csrf }) },
    body: JSON.stringify(body),
  })
  const json = answer.status === 204 ? {} : await answer.json()
  if (!answer.ok) throw new Error([json.errors && json.errors[0] ? json.errors[0].message : json.detail, json.hint].filter(Boolean).join('. '))
  return json.data
}
const csrfToken = async () => (await (await fetch('/api/v1/auth/csrf')).json()).data.csrfToken
const { PublicKeyCredential: Credential } = window
const get = async (options) => (await navigator.credentials.get({ publicKey: Credential.parseRequestOptionsFromJSON(options) })).toJSON()
const create = async (options) => (await navigator.credentials.create({ publicKey: Credential.parseCreationOptionsFromJSON(options) })).toJSON()

const ways = {
  'sign-in': async () => {
    const { challengeId, options } = await api('/passkeys/options', {})
    return api('/passkeys/verify', { challengeId, response: await get(options) })
  },
  mfa: async ({ mfaToken }) => {
    const { challengeId, options } = await api('/mfa/passkey/options', { mfaToken })
    return api('/mfa/passkey/verify', { mfaToken, challengeId, response: await get(options) })
  },
  register: async () => {
    const csrf = await csrfToken()
    const { challengeId, options } = await api('/passkeys/register/options', {}, csrf)
    return api('/passkeys/register', { challengeId, response: await create(options) }, csrf)
  },
  'step-up': async () => {
    const csrf = await csrfToken()
    const { challengeId, options } = await api('/step-up/passkey/options', {}, csrf)
    return api('/step-up', { challengeId, response: await get(options) }, csrf)
  },
}

if (Credential && Credential.parseRequestOptionsFromJSON)
  for (const place of document.querySelectorAll('[data-passkey]')) {
    place.hidden = false
    const [button, problem] = [place.querySelector('button'), place.querySelector('.error')]
    button.onclick = async () => {
      button.disabled = true
      problem.hidden = true
      try {
        const result = await ways[place.dataset.passkey](place.dataset)
        if (result && result.mfaToken) throw new Error('A second step is needed: sign in by password')
        location.assign(place.dataset.next)
      } catch (error) {
        problem.textContent = error.message
        problem.hidden = false
      }
      button.disabled = false
    }
  }
`
