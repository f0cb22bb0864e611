import { networkInterfaces } from 'node:os'
import { type IpAddress, isInNetwork, parseAddress } from '../../lib/index.js'
import { type AllowedTarget, type PortRange, plainHost } from './allowed-target.js'
import { isPublicAddress } from './is-public-address.js'
import type { Target } from './parse-target.js'

/** The settings that say who may be called. */
export interface OutboundSettings {
  readonly outboundAllow: readonly AllowedTarget[]
  readonly outboundPorts: readonly PortRange[]
  readonly publicUrl: string
}

/** Who may be called: public hosts on open ports, and what the operator of the server allows beside them. */
export class OutboundPolicy {
  private readonly ownHost: string

  constructor(private readonly settings: OutboundSettings) {
    this.ownHost = plainHost(new URL(settings.publicUrl))
  }

  /** Asked of every address of the target before connecting, and of the one that is connected before anything is sent. */
  mayReach(target: Target, address: IpAddress): boolean {
    if (this.settings.outboundAllow.some((allowed) => this.isMeant(allowed, target, address))) return true
    return this.isOpen(target.port) && target.host !== this.ownHost && isPublicAddress(address) && !isOwn(address)
  }

  /** Whether the port can be called at all, at whatever address. */
  mayUse(port: number): boolean {
    return this.isOpen(port) || this.settings.outboundAllow.some((allowed) => allowed.port === port)
  }

  /** Names the operator wrote down are found like the system finds names, from `/etc/hosts` for instance. */
  isAllowedName(host: string): boolean {
    return this.settings.outboundAllow.some((allowed) => allowed.host === host)
  }

  private isMeant(allowed: AllowedTarget, target: Target, address: IpAddress): boolean {
    const portFits = allowed.port === undefined ? this.isOpen(target.port) : allowed.port === target.port
    if (allowed.network === undefined) return portFits && allowed.host === target.host
    return portFits && isInNetwork(address, allowed.network)
  }

  private isOpen(port: number): boolean {
    return this.settings.outboundPorts.some(({ from, to }) => from <= port && port <= to)
  }
}

/** A firewall guards the public address of this machine from the outside, not from the machine itself. */
const isOwn = (address: IpAddress): boolean =>
  Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .some((own) => Buffer.from(address).equals(parseAddress(own.address) ?? new Uint8Array()))
