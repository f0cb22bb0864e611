import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createGunzip, gunzipSync, gzipSync } from 'node:zlib'
import type { CollectionDefinition } from '@holdfast/contract'
import { createClient, memoryStorage } from '@holdfast/sdk'
import { withAdmin } from '@holdfast/sdk/admin'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startServer, type TestServer } from '../../support/index.js'

const admin = { email: 'admin@example.com', password: 'correct horse battery' }

const collections: CollectionDefinition[] = [
  { name: 'labels', fields: [{ name: 'name', type: 'text', unique: true }] },
  {
    name: 'nodes',
    fields: [
      { name: 'title', type: 'text', searchable: true },
      { name: 'rich', type: 'richtext' },
      { name: 'mail', type: 'email' },
      { name: 'link', type: 'url' },
      { name: 'handle', type: 'slug', from: 'title' },
      { name: 'whole', type: 'integer' },
      { name: 'float', type: 'number' },
      { name: 'money', type: 'decimal', precision: 18, scale: 6 },
      { name: 'flag', type: 'boolean' },
      { name: 'day', type: 'date' },
      { name: 'moment', type: 'datetime' },
      { name: 'lasts', type: 'duration' },
      { name: 'key', type: 'uuid' },
      { name: 'data', type: 'json' },
      { name: 'kind', type: 'select', options: ['a', 'b'] },
      { name: 'kinds', type: 'multiselect', options: ['a', 'b', 'c'] },
      { name: 'tags', type: 'tags' },
      { name: 'place', type: 'geopoint' },
      { name: 'sound', type: 'vector', dimensions: 3 },
      { name: 'loud', type: 'computed', expression: 'upper(title)', returns: 'text' } as never,
      { name: 'secret', type: 'text', hidden: true },
      // Itself, and a cycle over two collections, one way of it required.
      { name: 'parent', type: 'relation', collection: 'nodes', onDelete: 'setNull' },
      { name: 'labels', type: 'relation', collection: 'labels', many: true },
    ],
  },
  {
    name: 'rings',
    fields: [{ name: 'node', type: 'relation', collection: 'nodes', required: true, onDelete: 'cascade' }],
  },
]

const everything = {
  title: 'Ünïcode "quoted"\n\ttab \\ back {braces} 漢字 😀',
  rich: '<p>rich</p>',
  mail: 'a@example.com',
  link: 'https://example.com/x?y=1',
  whole: 42,
  float: 0.1,
  money: '123456789012.000001',
  flag: false,
  day: '2024-02-29',
  moment: '2024-02-29T12:34:56.789Z',
  lasts: 'P1DT2H',
  key: '01989d5e-6f2a-7c31-9b1e-4d0c5a7e2f00',
  data: { nested: [1, null, { 'quoted"key': '\u2028' }], text: 'null' },
  kind: 'a',
  kinds: ['a', 'c'],
  tags: ['x', 'y,z', '{"'],
  place: { lat: 52.52, lon: 13.405 },
  sound: [0.5, -1.25, 3],
  secret: 'hidden',
}

const folders: string[] = []
const servers: TestServer[] = []

async function start() {
  const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-backups-'))
  folders.push(dataDir)
  const server = await startServer({ ADMIN_EMAIL: admin.email, ADMIN_PASSWORD: admin.password, DATA_DIR: dataDir })
  servers.push(server)
  const client = withAdmin(createClient(server.url, { storage: memoryStorage() }))
  await client.auth.signInWithPassword(admin)
  return { server, client, backups: join(dataDir, 'backups') }
}

type Started = Awaited<ReturnType<typeof start>>

async function backUp({ client }: Started): Promise<string> {
  const { name } = await client.admin.backups.create()
  await vi.waitFor(
    async () => {
      const found = (await client.admin.backups.list()).find((backup) => backup.name === name)
      expect(found).toMatchObject({ state: 'done', error: null })
    },
    { timeout: 30_000, interval: 100 },
  )
  return name
}

/** All records but for what each write sets anew. */
async function allOf({ client }: Started, collection: string): Promise<Record<string, unknown>[]> {
  const { data } = await client.collection(collection).list({ sort: 'id', limit: 1000 })
  return data.map(({ updatedAt, version, ...record }) => record)
}

let source: Started
let name: string
let before: Record<string, Record<string, unknown>[]>

beforeAll(async () => {
  source = await start()
  const { client } = source
  const { hash } = await client.admin.schema.plan({ collections })
  await client.admin.schema.apply({ collections, hash })
  await client.admin.roles.create({ name: 'editor', description: 'Edits' })
  const labels = [
    await client.collection('labels').create({ name: 'one' }),
    await client.collection('labels').create({ name: 'two' }),
  ]
  const root = await client.collection('nodes').create({ ...everything, labels: labels.map(({ id }) => id) })
  const child = await client.collection('nodes').create({ title: 'child', parent: root.id })
  await client.collection('nodes').update(root.id, { parent: child.id })
  await client.collection('rings').create({ node: child.id })
  name = await backUp(source)
  before = Object.fromEntries(
    await Promise.all(['labels', 'nodes', 'rings'].map(async (each) => [each, await allOf(source, each)])),
  )
})
afterAll(async () => {
  for (const server of servers) await server.stop()
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})

const unzip = (path: string) => text(createReadStream(path).pipe(createGunzip()))

describe('a backup', () => {
  it('is whole, listed and verified', async () => {
    const { client, backups } = source
    const [backup] = await client.admin.backups.list()
    expect(backup).toMatchObject({ name, state: 'done', collections: 4, records: 6 })
    expect(await client.admin.backups.verify(name)).toEqual({ collections: 4, records: 6 })
    expect((await readdir(backups)).sort()).toEqual([`${name}.hfb`, `${name}.json`])
    expect(await client.admin.backups.get(name)).toEqual({
      ...backup,
      contents: ['labels', 'nodes', 'rings', 'users'],
      roles: expect.arrayContaining(['admin']),
    })
    const file = await new Response(await client.admin.backups.download(name)).arrayBuffer()
    expect(Buffer.from(file).equals(await readFile(join(backups, `${name}.hfb`)))).toBe(true)
  })

  it('goes back as it was: changed, deleted and kept records', async () => {
    const { client } = source
    const [first, second] = before['nodes']!
    await client.collection('nodes').update(String(first!['id']), { title: 'changed', labels: [], data: null })
    await client.collection('nodes').delete(String(second!['id']))
    const added = await client.collection('labels').create({ name: 'added since' })
    const tried = await client.admin.backups.restore(name, { dryRun: true })
    expect(tried.collections).toContainEqual({ collection: 'nodes', inserted: 1, updated: 1, unchanged: 0, deleted: 0 })
    expect(await allOf(source, 'nodes')).toHaveLength(1)
    const report = await client.admin.backups.restore(name)
    expect(report).toMatchObject({ dryRun: false, schemaSteps: [], roles: [] })
    expect(report.collections).toEqual(tried.collections)
    expect(await allOf(source, 'nodes')).toEqual(before['nodes'])
    expect(await allOf(source, 'rings')).toEqual(before['rings'])
    expect(await allOf(source, 'labels')).toHaveLength(3)
    const exact = await client.admin.backups.restore(name, { exact: true, collections: ['labels'] })
    expect(exact.collections).toEqual([{ collection: 'labels', inserted: 0, updated: 0, unchanged: 2, deleted: 1 }])
    expect((await allOf(source, 'labels')).map(({ id }) => id)).not.toContain(added.id)
  })

  it('goes into an empty server, with its definitions, rules and roles', async () => {
    const target = await start()
    await writeFile(join(target.backups, `${name}.hfb`), await readFile(join(source.backups, `${name}.hfb`)))
    const [listed] = await target.client.admin.backups.list()
    expect(listed).toMatchObject({ name, state: 'done', records: null })
    const report = await target.client.admin.backups.restore(name)
    expect(report.roles).toEqual(['editor'])
    expect(report.collections).toContainEqual({
      collection: 'nodes',
      inserted: 2,
      updated: 0,
      unchanged: 0,
      deleted: 0,
    })
    // People are known by their address: the admin of this server is the one who made them.
    const self = String(target.client.auth.user!.id)
    const asHere = (all: Record<string, unknown>[]) => all.map((record) => ({ ...record, createdBy: self }))
    for (const each of ['labels', 'nodes', 'rings']) expect(await allOf(target, each)).toEqual(asHere(before[each]!))
    expect((await target.client.admin.users.list({})).data).toHaveLength(1)
    const essence = (all: CollectionDefinition[]) =>
      all.map((one) => [one.name, one.rules, one.fields.map((field) => field.name)])
    expect(essence(await target.client.admin.collections.list())).toEqual(
      essence(await source.client.admin.collections.list()),
    )
  })

  it('keeps what was defined since when nothing of it is lost, and asks where something is', async () => {
    const { client } = source
    const labels = await client.admin.collections.get('labels')
    await client.admin.collections.update('labels', { fields: [...labels.fields, { name: 'colour', type: 'text' }] })
    const [label] = await allOf(source, 'labels')
    await client.collection('labels').update(String(label!['id']), { colour: 'red' })
    await expect(client.admin.backups.restore(name)).rejects.toMatchObject({ code: 'lossy_change' })
    const tried = await client.admin.backups.restore(name, { dryRun: true })
    expect(tried.schemaSteps.join()).toContain('colour')
    expect(tried.lossySteps.join()).toContain('colour')
    await client.admin.backups.restore(name, { acceptDataLoss: true })
    expect(await allOf(source, 'labels')).toEqual(before['labels'])
  })

  it('is logged: realtime and history see what comes back', async () => {
    const { client, server } = source
    const { rows: was } = await server.database.run({ text: 'select count(*) from holdfast.changes', values: [] })
    const [first] = before['labels']!
    await client.collection('labels').update(String(first!['id']), { name: 'other' })
    await client.admin.backups.restore(name)
    const { rows: is } = await server.database.run({ text: 'select count(*) from holdfast.changes', values: [] })
    expect(Number(is[0]![0]) - Number(was[0]![0])).toBe(2)
  })

  it('is made by itself, and only so many are kept', async () => {
    const { client, backups } = await start()
    await client.admin.settings.update('backups', { everyHours: 1, keep: 2 })
    const old = [
      '20200101T000000Z-0000000000000001',
      '20200102T000000Z-0000000000000002',
      '20200103T000000Z-0000000000000003',
    ]
    for (const each of old) await writeFile(join(backups, `${each}.hfb`), gzipSync(''))
    await client.send('POST', '/admin/jobs', { body: {} }).catch(() => undefined)
    const { Backups } = await import('../../../src/backups/index.js')
    await (servers.at(-1)!.app.get(Backups) as unknown as { keepSchedule(): Promise<void> }).keepSchedule()
    const left = (await client.admin.backups.list()).map((backup) => backup.name)
    expect(left).toHaveLength(2)
    expect(left[1]).toBe(old[2])
    expect(left[0]! > old[2]!).toBe(true)
  })
})

describe('what is damaged, or not ours', () => {
  const lines = async () => (await unzip(join(source.backups, `${name}.hfb`))).trimEnd().split('\n')
  const put = async (content: Buffer): Promise<string> => {
    const other = `20300101T000000Z-${Math.random().toString(16).slice(2, 10).padEnd(8, '0')}${'0'.repeat(8)}`
    await writeFile(join(source.backups, `${other}.hfb`), content)
    return other
  }
  const zip = (all: readonly string[]) => gzipSync(`${all.join('\n')}\n`)

  it.each<[string, (all: string[]) => Buffer]>([
    ['no gzip', () => Buffer.from('nothing')],
    ['cut off', (all) => zip(all).subarray(0, 300)],
    ['without its end', (all) => zip(all.slice(0, -1))],
    ['with a row less', (all) => zip(all.filter((line) => !line.includes('"one"') || line.startsWith('{')))],
    ['of another format', (all) => zip([all[0]!.replace('"format":1', '"format":2'), ...all.slice(1)])],
    ['with more behind its end', (all) => zip([...all, '{}'])],
    [
      'with a row of other types',
      (all) => zip(all.map((line) => (line.startsWith('[') ? line.replace(/"/, '{"a":1},"') : line))),
    ],
    [
      'with a key that changes objects',
      (all) => zip([all[0]!.replace('{', '{"__proto__":{"isAdmin":true},'), ...all.slice(1)]),
    ],
  ])('is refused: %s', async (_, change) => {
    const other = await put(change(await lines()))
    const { client } = source
    await expect(client.admin.backups.verify(other)).rejects.toMatchObject({ code: 'validation_failed' })
    await expect(client.admin.backups.restore(other)).rejects.toMatchObject({ code: 'validation_failed' })
    expect(await allOf(source, 'labels')).toEqual(before['labels'])
  })

  it('is refused where the file cannot be read, and the server goes on', async () => {
    const other = '20300101T000000Z-00000000000000ff'
    await mkdir(join(source.backups, `${other}.hfb`))
    const { backups } = source.client.admin
    for (const read of [() => backups.verify(other), () => backups.get(other), () => backups.restore(other)])
      await expect(read()).rejects.toMatchObject({ code: 'validation_failed' })
    await rm(join(source.backups, `${other}.hfb`), { recursive: true })
    await writeFile(join(source.backups, `${other}.json`), '{"records":')
    expect((await backups.list()).map((backup) => backup.name)).toContain(name)
  })

  it('A69: brings no name of a table or a column into a statement', async () => {
    const evil = 'nodes" where true; drop table "public"."labels"; --'
    const all = await lines()
    for (const change of [
      (line: string) => line.replace('"collection":"labels"', `"collection":${JSON.stringify(evil)}`),
      (line: string) => line.replace('"fields":["id"', `"fields":["id",${JSON.stringify(evil)}`),
      (line: string) => line.replace('"list":"labels"', `"list":${JSON.stringify(evil)}`),
    ]) {
      const other = await put(zip(all.map((line) => (line.startsWith('{"collection"') ? change(line) : line))))
      await expect(source.client.admin.backups.restore(other)).rejects.toMatchObject({ code: 'validation_failed' })
    }
    expect(await allOf(source, 'labels')).toEqual(before['labels'])
  })

  it('holds no values that are not of the type: nothing is written', async () => {
    const all = await lines()
    const other = await put(zip(all.map((line) => line.replace('"42"', '"no number"'))))
    await expect(source.client.admin.backups.restore(other)).rejects.toMatchObject({ status: 400 })
    expect(await allOf(source, 'nodes')).toEqual(before['nodes'])
  })

  it('is unpacked as it is read, not before', async () => {
    const other = await put(gzipSync(Buffer.alloc(400 * 1024 * 1024, 'x')))
    const at = process.memoryUsage().rss
    await expect(source.client.admin.backups.verify(other)).rejects.toMatchObject({ code: 'validation_failed' })
    expect(process.memoryUsage().rss - at).toBeLessThan(600 * 1024 * 1024)
  })
})

describe('A229, A230: credentials and strangers', () => {
  it('A229: no password, key, token or session is in it', async () => {
    const { client, server, backups } = source
    const { key } = await client.admin.apiKeys.create({ name: 'k', roles: ['editor'] })
    const hashes = await server.database.run({
      text: `select coalesce(string_agg(t.x, ' '), '') from (select row_to_json(p)::text x from holdfast.credentials p union all select row_to_json(k)::text from holdfast.api_keys k) t`,
      values: [],
    })
    const secrets = [key, ...(String(hashes.rows[0]![0]).match(/\$argon2[^"]+|\\\\x[0-9a-f]{40,}/g) ?? [])]
    expect(secrets.length).toBeGreaterThan(1)
    const content = gunzipSync(await readFile(join(backups, `${await backUp(source)}.hfb`))).toString()
    for (const secret of secrets) expect(content).not.toContain(secret)
    for (const table of ['credentials', 'sessions', 'api_keys', 'one_time', 'signing_keys'])
      expect(content).not.toContain(`holdfast.${table}`)
  })

  it('A229: what was done to credentials since stays done', async () => {
    const { client, server } = source
    await client.send('POST', '/auth/signup', { body: { email: 'bob@example.com', password: 'first password 1' } })
    const other = await backUp(source)
    const users = await client.admin.users.list({})
    const bob = users.data.find(({ email }) => email === 'bob@example.com')!
    await client.admin.users.update(bob.id, { disabled: true })
    await client.admin.backups.restore(other, { exact: true, acceptDataLoss: true })
    const login = await server.request('POST', '/api/v1/auth/login', {
      body: { email: 'bob@example.com', password: 'first password 1' },
    })
    expect(login.status).toBe(403)
  })

  it('A230: is for admins, by names that nobody guesses, and never another file', async () => {
    const { server } = source
    const token = (await server.request('POST', '/api/v1/auth/login', { body: admin })).json.data.accessToken
    expect((await server.request('GET', '/api/v1/admin/backups')).status).toBe(401)
    const user = (
      await server.request('POST', '/api/v1/auth/signup', {
        body: { email: 'eve@example.com', password: 'some password 12' },
      })
    ).json.data.accessToken
    for (const path of ['', `/${name}/file`])
      expect((await server.request('GET', `/api/v1/admin/backups${path}`, { token: user })).status).toBe(403)
    const file = await server.request('GET', `/api/v1/admin/backups/${name}/file`, { token })
    expect(file.headers.get('content-disposition')).toBe(`attachment; filename="${name}.hfb"`)
    for (const path of ['..%2f..%2fetc%2fpasswd', '..', `${name}.hfb`, `${name}%00`, `..%2fbackups%2f${name}`]) {
      const answer = await server.request('GET', `/api/v1/admin/backups/${path}/file`, { token })
      expect([path, answer.status]).toEqual([path, 404])
    }
  })
})
