import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../../support/index.js'
import { adminEnv, me, signInAdmin, signUp } from './people.js'
import { type Directory, hasSlapd, searchBase, searcher, startDirectory } from './slapd.js'

if (!hasSlapd) console.warn('ldap.test.ts is skipped: there is no slapd (apt-get install slapd)')

describe.skipIf(!hasSlapd)('signing in with the password of a directory', () => {
  let directory: Directory
  let server: TestServer
  let admin: string

  beforeAll(async () => {
    directory = await startDirectory()
    server = await startServer({ ...adminEnv, OUTBOUND_ALLOW: '127.0.0.1', OUTBOUND_PORTS: '1-65535' })
    admin = (await signInAdmin(server)).accessToken
    await set({ office: plain() })
  })
  afterAll(async () => {
    await server?.stop()
    await directory?.stop()
  })

  const plain = () => ({ url: `ldap://127.0.0.1:${directory.port}`, ...searcher, searchBase, trustEmail: true })

  async function set(body: object) {
    const answer = await server.request('PATCH', '/api/v1/admin/settings/auth.ldap', { token: admin, body })
    expect(answer.status, answer.text).toBe(200)
    return answer.json.data
  }

  const login = (username: unknown, password: unknown, id = 'office', node = server) =>
    node.request('POST', `/api/v1/auth/ldap/${id}`, { body: { username, password } })

  it('gives tokens of an account with the address of the entry', async () => {
    const answer = await login('ada', 'password of ada')
    expect(answer.status, answer.text).toBe(200)
    expect(answer.json.data.user).toMatchObject({ email: 'ada@example.com' })
    expect((await me(server, answer.json.data.accessToken)).status).toBe(200)
    const again = await login('ada@example.com', 'password of ada')
    expect(again.json.data.user.id).toBe(answer.json.data.user.id)
  })

  it('answers a wrong password, an unknown name and a name of several alike', async () => {
    const answers = await Promise.all([
      login('ada', 'password of ben'),
      login('nobody', 'password of ada'),
      login('twins@example.com', 'password of twin'),
      login('refer', 'password of ada'),
    ])
    for (const { status, json } of answers) {
      expect([status, json.code, json.detail]).toEqual([401, 'invalid_credentials', 'Name or password is wrong'])
    }
  })

  it('takes no empty password, which a directory takes for anonymous', async () => {
    for (const password of ['', null, undefined, [], {}, { $ne: null }, 7, true]) {
      const { status } = await login('ada', password)
      expect(status, JSON.stringify(password)).toBe(422)
    }
  })

  it('reads what looks like a filter as a name', async () => {
    for (const username of [
      '*',
      'a*',
      'ada)(uid=*',
      '*)(|(uid=*',
      'ada)(objectClass=*))(|(uid=x',
      'ada\\',
      'ada\\2a',
      '(',
      ')))',
      '{username}',
    ]) {
      const answer = await login(username, 'password of ada')
      expect([answer.status, answer.json.code], username).toEqual([401, 'invalid_credentials'])
    }
    expect((await login('ada\0', 'password of ada')).status).toBe(422)
    expect((await login('x'.repeat(257), 'password of ada')).status).toBe(422)
  })

  it('gives roles of the groups of the entry, by their exact names', async () => {
    await server.request('POST', '/api/v1/admin/roles', { token: admin, body: { name: 'editor' } })
    await set({ office: { groupAttribute: 'employeeType', groupRoles: { Editors: 'editor' } } })
    const rolesOf = async (name: string) => {
      const { json } = await login(name, `password of ${name}`)
      return JSON.parse(Buffer.from(json.data.accessToken.split('.')[1], 'base64url').toString()).roles
    }
    expect(await rolesOf('ada')).toEqual(['editor'])
    expect(await rolesOf('ben')).toEqual([])
  })

  it('goes over TLS, and only to who has the certificate', async () => {
    const { certificate, port, tlsPort } = directory
    const shared = { ...searcher, searchBase, trustEmail: true }
    await set({
      tls: { ...shared, url: `ldaps://127.0.0.1:${tlsPort}`, caCertificate: certificate },
      upgraded: { ...shared, url: `ldap://127.0.0.1:${port}`, startTls: true, caCertificate: certificate },
      unknown: { ...shared, url: `ldaps://127.0.0.1:${tlsPort}` },
      stripped: { ...shared, url: `ldap://127.0.0.1:${port}`, startTls: true },
    })
    for (const id of ['tls', 'upgraded']) expect((await login('ben', 'password of ben', id)).status, id).toBe(200)
    for (const id of ['unknown', 'stripped']) {
      const answer = await login('ben', 'password of ben', id)
      expect([answer.status, answer.json.code], id).toEqual([503, 'unavailable'])
    }
  })

  it('is not possible where the directory is away, or refuses the one who searches', async () => {
    await set({
      away: { ...plain(), url: 'ldap://127.0.0.1:1' },
      refused: { ...plain(), bindPassword: 'wrong' },
    })
    for (const id of ['away', 'refused']) {
      const answer = await login('ada', 'password of ada', id)
      expect([answer.status, answer.json.code], id).toEqual([503, 'unavailable'])
      expect(answer.headers.get('retry-after')).toBe('10')
      expect(answer.text).not.toMatch(/127\.0|ECONN|searcher|ldap:/)
    }
    for (const id of ['nobody', '__proto__']) expect((await login('ada', 'x', id)).status).toBe(404)
  })

  it('reaches a directory in a private network only where OUTBOUND_ALLOW opens it (A130)', async () => {
    const closed = await startServer({ ...adminEnv, DATABASE_URL: server.databaseUrl, OUTBOUND_PORTS: '1-65535' })
    const answer = await login('ada', 'password of ada', 'office', closed)
    expect([answer.status, answer.json.code]).toEqual([503, 'unavailable'])
    await closed.stop()
  })

  it('can be tried ten times with a wrong password, whatever the spelling of the name', async () => {
    const names = ['ben', 'BEN', 'Ben', 'bEn']
    const statuses: number[] = []
    for (let n = 0; n < 12; n += 1) statuses.push((await login(names[n % 4], 'wrong')).status)
    expect(statuses).toEqual([...Array<number>(10).fill(401), 429, 429])
    expect((await login('ben', 'password of ben')).status).toBe(429)
  })

  it('never shows the password of the one who searches, and asks for it again when the host changes (A157)', async () => {
    const shown = await server.request('GET', '/api/v1/admin/settings/auth.ldap', { token: admin })
    expect(shown.json.data.office.bindPassword).toBe('***')
    expect(shown.text).not.toContain(searcher.bindPassword)
    for (const change of [{ url: 'ldaps://evil.example' }, { startTls: true }]) {
      const body = { office: change }
      const answer = await server.request('PATCH', '/api/v1/admin/settings/auth.ldap', { token: admin, body })
      expect([answer.status, answer.json.errors[0].path]).toEqual([422, 'office.bindPassword'])
    }
  })

  it.each([
    ['plain text over the network', { url: 'ldap://ldap.example.com' }],
    ['another scheme', { url: 'http://ldap.example.com' }],
    ['a path', { url: 'ldaps://ldap.example.com/dc=x' }],
    ['a filter without the name', { searchFilter: '(uid=*)' }],
    ['a mapping to admin (A132)', { groupRoles: { Boss: 'admin' } }],
  ])('cannot be set up with %s', async (_, change) => {
    const body = { broken: { url: 'ldaps://ldap.example.com', searchBase, ...change } }
    const answer = await server.request('PATCH', '/api/v1/admin/settings/auth.ldap', { token: admin, body })
    expect([answer.status, answer.json.code]).toEqual([400, 'invalid_value'])
  })

  it('proves no address unless the directory is trusted for that (A121)', async () => {
    const someone = await signUp(server, 'twins@example.com')
    await set({ untrusted: { ...plain(), trustEmail: false } })
    const answer = await login('twin', 'password of twin', 'untrusted')
    expect([answer.status, answer.json.code]).toEqual([409, 'link_required'])
    const taken = await login('twin', 'password of twin')
    expect(taken.json.data.user.id).toBe(someone.id)
  })
})
