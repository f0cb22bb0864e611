import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { type IpAddress, parseAddress } from '../../lib/index.js'
import { OutboundError } from './outbound-request.js'
import type { Target } from './parse-target.js'

/**
 * Connects to one of the judged addresses and to nothing else: the name is not asked for again, and the address that
 * answered is judged once more before the request is sent.
 * @throws OutboundError `unreachable`, `tls`, `refused_address`
 */
export function openConnection(
  target: Target,
  addresses: readonly string[],
  mayReach: (address: IpAddress) => boolean,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = target.secure ? startTls(target, addresses) : startTcp(target, addresses)
    const abort = () => socket.destroy(new OutboundError('timeout'))
    let connected = false
    socket.once('connect', () => {
      connected = true
      const address = parseAddress(socket.remoteAddress ?? '')
      if (address === undefined || !mayReach(address)) socket.destroy(new OutboundError('refused_address'))
      else if (!target.secure) resolve(socket)
    })
    socket.once('secureConnect', () => resolve(socket))
    // Stays for the life of the socket: an error that nobody hears would end the process.
    socket.on('error', (cause) => reject(toOutboundError(cause, connected)))
    socket.once('close', () => {
      signal.removeEventListener('abort', abort)
      reject(new OutboundError(connected ? 'tls' : 'unreachable'))
    })
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })
}

const toOutboundError = (cause: unknown, connected: boolean): OutboundError =>
  cause instanceof OutboundError ? cause : new OutboundError(connected ? 'tls' : 'unreachable', { cause })

const startTcp = (target: Target, addresses: readonly string[]): Socket => connectTcp(options(target, addresses))

const startTls = (target: Target, addresses: readonly string[]): Socket =>
  connectTls({
    ...options(target, addresses),
    servername: target.address === undefined ? target.host : '',
    ALPNProtocols: ['http/1.1'],
    // Said here, an environment variable cannot switch it off.
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
  })

const options = ({ host, port }: Target, addresses: readonly string[]) => ({
  host,
  port,
  lookup: pinTo(addresses),
  autoSelectFamily: true,
  autoSelectFamilyAttemptTimeout: 1000,
  noDelay: true,
})

/** Gives the judged addresses to whatever name is asked for. Node asks for all of them or for one. */
const pinTo =
  (addresses: readonly string[]): LookupFunction =>
  (_host, { all }, answer) => {
    const found = addresses.map((address) => ({ address, family: isIP(address) }))
    if (all) answer(null, found)
    else answer(null, found[0]!.address, found[0]!.family)
  }
