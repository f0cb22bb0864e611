import { AppError } from '../../lib/index.js'

/** What browsers give as the end of a ceremony, and of that what is looked at. Texts are base64url. */
export interface Attestation {
  readonly id: string
  readonly clientDataJSON: string
  readonly attestationObject: string
  readonly transports: readonly string[]
}

export interface Assertion {
  readonly id: string
  readonly clientDataJSON: string
  readonly authenticatorData: string
  readonly signature: string
  readonly userHandle: string | undefined
}

type Members = Readonly<Record<string, unknown>>

const base64url = /^[\w-]+$/
const maxLength = 16_384
const maxIdLength = 1400
const knownTransports = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb']

/** @throws validation_failed */
export function parseAttestation(value: object): Attestation {
  const { id, inner } = parseCredential(value)
  const { transports } = inner
  return {
    id,
    clientDataJSON: textAt(inner, 'clientDataJSON'),
    attestationObject: textAt(inner, 'attestationObject'),
    transports: Array.isArray(transports) ? knownTransports.filter((name) => transports.includes(name)) : [],
  }
}

/** @throws validation_failed */
export function parseAssertion(value: object): Assertion {
  const { id, inner } = parseCredential(value)
  return {
    id,
    clientDataJSON: textAt(inner, 'clientDataJSON'),
    authenticatorData: textAt(inner, 'authenticatorData'),
    signature: textAt(inner, 'signature'),
    userHandle: inner['userHandle'] == null ? undefined : textAt(inner, 'userHandle'),
  }
}

function parseCredential(value: object): { id: string; inner: Members } {
  const { id, rawId, type, response } = value as Members
  if (typeof id !== 'string' || !base64url.test(id) || id.length > maxIdLength) throw invalid('id')
  if (rawId !== id) throw invalid('rawId')
  if (type !== 'public-key') throw invalid('type')
  if (typeof response !== 'object' || response === null) throw invalid('response')
  return { id, inner: response as Members }
}

function textAt(inner: Members, name: string): string {
  const text = inner[name]
  if (typeof text === 'string' && text.length <= maxLength && base64url.test(text)) return text
  throw invalid(`response.${name}`)
}

function invalid(member: string): AppError {
  const path = `response.${member}`
  const message = `${path} is not what a browser gives`
  return new AppError('validation_failed', message, {
    errors: [{ path, code: 'invalid', message }],
    hint: 'Send credential.toJSON() as it is',
  })
}
