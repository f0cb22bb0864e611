import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findFreePort } from '../../support/index.js'

const binary = '/usr/sbin/slapd'
export const hasSlapd = existsSync(binary)

/** A real directory with some people in it. */
export interface Directory {
  readonly port: number
  readonly tlsPort: number
  readonly certificate: string
  stop(): Promise<void>
}

export const searchBase = 'ou=people,dc=example,dc=com'
export const searcher = { bindDn: 'cn=searcher,dc=example,dc=com', bindPassword: 'look but do not touch' }

const person = (uid: string, mail: string, more = '') => `
dn: uid=${uid},${searchBase}
objectClass: inetOrgPerson
uid: ${uid}
cn: ${uid[0]!.toUpperCase()}${uid.slice(1)} Example
sn: Example
mail: ${mail}
userPassword: password of ${uid}
${more}`

const people = `dn: dc=example,dc=com
objectClass: domain
dc: example

dn: cn=searcher,dc=example,dc=com
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: searcher
userPassword: ${searcher.bindPassword}

dn: ${searchBase}
objectClass: organizationalUnit
ou: people
${person('ada', 'ada@example.com', 'employeeType: Editors\nemployeeType: Staff\n')}
${person('ben', 'ben@example.com', 'employeeType: editors\n')}
${person('twin', 'twins@example.com')}
${person('twin2', 'twins@example.com')}
dn: uid=refer,${searchBase}
objectClass: referral
objectClass: extensibleObject
uid: refer
ref: ldap://127.0.0.1:1/uid=refer,${searchBase}
`

const settings = (folder: string) => `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile ${folder}/slapd.pid
TLSCertificateFile ${folder}/cert.pem
TLSCertificateKeyFile ${folder}/key.pem
allow bind_anon_cred bind_anon_dn
database mdb
suffix "dc=example,dc=com"
rootdn "cn=root,dc=example,dc=com"
directory ${folder}/db
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="${searcher.bindDn}" read by self read by anonymous auth by * none
`

/** Starts `slapd`. It is lenient on purpose: it takes binds without a password for anonymous ones, as many directories do. */
export async function startDirectory(): Promise<Directory> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-slapd-'))
  mkdirSync(join(folder, 'db'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', '/CN=directory', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2', '-nodes']
  execFileSync('openssl', ['req', '-x509', ...subject, '-newkey', 'rsa:2048', '-keyout', key, '-out', cert], {
    stdio: 'ignore',
  })
  writeFileSync(join(folder, 'slapd.conf'), settings(folder))
  writeFileSync(join(folder, 'people.ldif'), people)
  const config = ['-f', join(folder, 'slapd.conf')]
  execFileSync('/usr/sbin/slapadd', [...config, '-l', join(folder, 'people.ldif')], { stdio: 'pipe' })
  const [port, tlsPort] = [await findFreePort(), await findFreePort()]
  const urls = `ldap://127.0.0.1:${port} ldaps://127.0.0.1:${tlsPort}`
  const child = spawn(binary, [...config, '-h', urls, '-d', '0'], { stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await Promise.all([whenListening(port), whenListening(tlsPort)])
  return {
    port,
    tlsPort,
    certificate: readFileSync(cert, 'utf8'),
    stop: async () => {
      child.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function whenListening(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (open) return
    await sleep(100)
  }
  throw new Error(`slapd does not listen on ${port}`)
}
