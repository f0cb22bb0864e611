import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { AppError } from '../../lib/index.js'
import { type Done, readBytes, refuseSize } from './read-json.js'

/** Where browsers send forms: pages of ours, and what another server makes a browser send here. Nowhere else is one read. */
const formPaths = /^\/(auth\/ui|api\/v1\/auth\/(oauth|saml)\/[^/]+\/callback)(\/|$)/
const formType = /^application\/x-www-form-urlencoded\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i
const maxFormBytes = 512 * 1024

export const takesForm = ({ headers }: IncomingMessage, path: string): boolean =>
  formPaths.test(path) && formType.test(headers['content-type'] ?? '')

/** The OpenID provider is a library that reads its requests itself; see `accounts/oidc/`. */
export const isReadElsewhere = (path: string): boolean => path.startsWith('/oidc/')

/** Reads the body as a form: an object of texts. Calls back with body_too_large, invalid_body. */
export function readForm(request: IncomingMessage, maxBytes: number, done: Done): void {
  const limit = Math.min(maxBytes, maxFormBytes)
  const refusal = refuseSize(request, limit)
  if (refusal) done(refusal)
  else readBytes(request, limit, parseForm, done)
}

/** @throws invalid_body where a field comes twice: readers of it would not agree which one counts */
export function parseForm(bytes: Buffer): Record<string, string> {
  if (!isUtf8(bytes)) throw new AppError('invalid_body', 'The form is not valid UTF-8')
  const fields: Record<string, string> = Object.create(null)
  for (const [name, value] of new URLSearchParams(bytes.toString())) {
    if (name in fields) throw new AppError('invalid_body', 'The form holds a field twice')
    fields[name] = value
  }
  return { ...fields }
}
