import { randomUUID } from 'node:crypto'
import { Injectable } from '@nestjs/common'
import type { Client, Entry } from 'ldapts'
import { AppError } from '../../lib/index.js'
import { Log } from '../../platform/log/index.js'
import { OutboundHttp } from '../../platform/outbound/index.js'
import { fillFilter } from './escape-filter.js'
import { defaultFilter, type LdapDirectory } from './ldap-settings.js'

/** What a directory knows of somebody, by the names of the attributes. */
export type LdapEntry = Readonly<Record<string, readonly string[]>>

const timeoutMs = 5000
/** Result codes by which a directory says no to a password, whatever else it thinks of the account. */
const refusals = new Set([19, 34, 48, 49, 53])

/** Asks directories whether a password is somebody's. The library is loaded when the first is asked. */
@Injectable()
export class LdapSignIn {
  constructor(
    private readonly outbound: OutboundHttp,
    private readonly log: Log,
  ) {}

  /**
   * The entry of whoever has this name and password. Takes the same steps for a name that nobody has.
   * @throws unavailable when the directory cannot be asked
   */
  async prove(directory: LdapDirectory, username: string, password: string): Promise<LdapEntry | undefined> {
    // A bind without a password is anonymous, and succeeds: it proves nothing (RFC 4513, section 5.1.2).
    if (password === '') return undefined
    const client = await this.connect(directory)
    try {
      const entry = await this.findPerson(client, directory, username)
      const dn = entry?.dn ?? `cn=${randomUUID()},${directory.searchBase}`
      const proven = await this.tryBind(client, dn, password)
      return proven && entry ? toEntry(entry) : undefined
    } catch (error) {
      throw this.unavailable(directory, error)
    } finally {
      client.unbind().catch(() => {})
    }
  }

  private async connect(directory: LdapDirectory): Promise<Client> {
    const { protocol, hostname, port } = new URL(directory.url)
    const secure = protocol === 'ldaps:'
    const portNumber = Number(port || (secure ? 636 : 389))
    const located = await this.outbound.locate(hostname, portNumber)
    if (!located.ok) throw this.unavailable(directory, new Error(located.message))
    const { Client } = await import('ldapts')
    const host = located.address.includes(':') ? `[${located.address}]` : located.address
    const tlsOptions = {
      servername: located.name ?? '',
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      ...(located.name === undefined && { host: located.address }),
      ...(directory.caCertificate !== undefined && { ca: directory.caCertificate }),
    } as const
    const client = new Client({
      url: `${secure ? 'ldaps' : 'ldap'}://${host}:${portNumber}`,
      timeout: timeoutMs,
      connectTimeout: timeoutMs,
      strictDN: false,
      ...(secure && { tlsOptions }),
    })
    try {
      if (directory.startTls && !secure) await client.startTLS(tlsOptions)
      if (directory.bindDn !== undefined) await client.bind(directory.bindDn, directory.bindPassword ?? '')
      return client
    } catch (error) {
      client.unbind().catch(() => {})
      throw this.unavailable(directory, error)
    }
  }

  private async findPerson(client: Client, directory: LdapDirectory, username: string): Promise<Entry | undefined> {
    const names = attributesOf(directory)
    const { searchEntries } = await client.search(directory.searchBase, {
      scope: 'sub',
      derefAliases: 'never',
      sizeLimit: 2,
      timeLimit: timeoutMs / 1000,
      filter: fillFilter(directory.searchFilter ?? defaultFilter, username),
      attributes: Object.values(names),
      explicitBufferAttributes: [names.subject],
    })
    if (searchEntries.length > 1)
      this.log.warn({ directory: directory.url }, 'a name fits several people in a directory')
    return searchEntries.length === 1 ? searchEntries[0] : undefined
  }

  private async tryBind(client: Client, dn: string, password: string): Promise<boolean> {
    try {
      await client.bind(dn, password)
      return true
    } catch (error) {
      if (refusals.has(Number((error as { code?: unknown }).code))) return false
      throw error
    }
  }

  private unavailable({ url }: LdapDirectory, error: unknown): AppError {
    if (error instanceof AppError) return error
    this.log.warn({ directory: url, err: error }, 'a directory cannot be asked')
    return new AppError('unavailable', 'The directory cannot be asked at the moment', {
      hint: 'The log of the server says why',
      headers: { 'Retry-After': '10' },
      cause: error,
    })
  }
}

export const attributesOf = ({ attributes = {}, groupAttribute = 'memberOf' }: LdapDirectory) => ({
  subject: attributes.subject ?? 'entryUUID',
  email: attributes.email ?? 'mail',
  name: attributes.name ?? 'cn',
  groups: groupAttribute,
})

const toEntry = (entry: Entry): LdapEntry =>
  Object.fromEntries(
    Object.entries(entry).map(([name, value]) => [name, (Array.isArray(value) ? value : [value]).map(toText)]),
  )

/** Bytes that are no text, such as `objectGUID`, are written in hexadecimal. */
const toText = (value: string | Buffer): string => {
  if (typeof value === 'string') return value
  const text = value.toString('latin1')
  return /^[\x20-\x7e]+$/.test(text) ? text : value.toString('hex')
}
