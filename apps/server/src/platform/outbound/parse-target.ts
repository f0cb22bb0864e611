import { type IpAddress, parseAddress } from '../../lib/index.js'
import { plainHost } from './allowed-target.js'
import { OutboundError } from './outbound-request.js'

/** Where a URL leads: parsed once, so that what is judged is what is called. */
export interface Target {
  /** Path and query as they are sent. */
  readonly path: string
  /** What the `Host` header says. */
  readonly authority: string
  /** The name, or the address as text; no brackets, no dot at the end. */
  readonly host: string
  /** Set when the URL names an address and not a name. */
  readonly address: IpAddress | undefined
  readonly port: number
  readonly secure: boolean
}

const maxUrlLength = 2048

/** @throws OutboundError `invalid_url`, with a text that says what is wrong with the URL */
export function parseTarget(text: string): Target {
  // The URL parser drops tabs and line breaks, reads a backslash as a slash and finds a host behind one slash or three:
  // other readers of the same text would not.
  if (text.length > maxUrlLength || /[\s\\\p{Cc}]/u.test(text) || !URL.canParse(text)) throw invalid('is not a URL')
  if (!/^https?:\/\/[^/]/i.test(text)) throw invalid('must begin with http:// or https:// and a host')
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') throw invalid('must not hold a user or a password')
  const host = plainHost(url)
  const secure = url.protocol === 'https:'
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port)
  return { path: url.pathname + url.search, authority: url.host, host, address: parseAddress(host), port, secure }
}

const invalid = (fault: string) => new OutboundError('invalid_url', { detail: `The URL ${fault}` })
