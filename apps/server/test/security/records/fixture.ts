import type { CollectionDefinition } from '@holdfast/contract'
import type { RequestOptions, TestResponse, TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'

/** Who asks. ANON has no token; the others are signed in. */
export const personaNames = ['ANON', 'ALICE', 'BOB', 'CAROL', 'PAY', 'ADMIN'] as const
export type PersonaName = (typeof personaNames)[number]

/** Everyone but the one who may see everything. */
export const strangers = personaNames.filter((name) => name !== 'ADMIN')

const users: Omit<CollectionDefinition, 'id'> = {
  name: 'users',
  fields: [
    { name: 'email', type: 'email', required: true, unique: true },
    { name: 'org', type: 'relation', collection: 'orgs', inverse: 'staff' },
    { name: 'nickname', type: 'text', searchable: true },
    { name: 'phone', type: 'text', hidden: true, searchable: true },
  ],
  rules: [
    { role: 'user', action: 'read', conditions: { id: '$user.id' } },
    { role: 'user', action: 'read', fields: ['nickname'], conditions: { org: '$user.org' } },
    { role: 'user', action: 'update', fields: ['nickname'], conditions: { id: '$user.id' } },
  ],
}

const orgs: Omit<CollectionDefinition, 'id'> = {
  name: 'orgs',
  fields: [
    { name: 'name', type: 'text', required: true },
    { name: 'plan', type: 'select', options: ['free', 'pro'] },
    { name: 'budget', type: 'integer' },
    { name: 'vault', type: 'text', hidden: true },
  ],
  rules: [
    { role: 'public', action: 'read', fields: ['name'], conditions: { plan: 'pro' } },
    { role: 'user', action: 'read', fields: ['name', 'plan'], conditions: { staff: { $some: { id: '$user.id' } } } },
    { role: 'payroll', action: 'read', fields: ['budget'] },
  ],
}

export const openFields = ['title', 'status', 'amount', 'owner', 'org', 'parent', 'createdAt']
export const orgFields = [
  ...openFields,
  'body',
  'members',
  'meta',
  'labels',
  'double',
  'code',
  'rate',
  'due',
  'place',
  'taste',
  'version',
]
export const editorFields = [...orgFields, 'serial', 'updatedAt', 'createdBy']
/** Fields of documents that only admins ever see, one of each kind that has ways of its own to be asked for. */
export const hiddenFields = ['secret', 'notes', 'lair', 'scent']
const writableFields = [
  'title',
  'body',
  'status',
  'amount',
  'meta',
  'members',
  'labels',
  'parent',
  'org',
  'code',
  'place',
  'taste',
]

const docs: Omit<CollectionDefinition, 'id'> = {
  name: 'docs',
  history: true,
  trash: true,
  fields: [
    { name: 'title', type: 'text', required: true, maxLength: 200, searchable: 'A' },
    { name: 'body', type: 'text', searchable: 'B' },
    { name: 'status', type: 'select', options: ['draft', 'internal', 'published'], default: 'draft' },
    { name: 'amount', type: 'integer' },
    { name: 'salary', type: 'integer' },
    { name: 'meta', type: 'json' },
    { name: 'secret', type: 'text', hidden: true, searchable: 'A' },
    { name: 'code', type: 'text', unique: true, searchable: true },
    { name: 'serial', type: 'text', immutable: true, searchable: true },
    { name: 'rate', type: 'decimal' },
    { name: 'due', type: 'date' },
    { name: 'place', type: 'geopoint' },
    { name: 'taste', type: 'vector', dimensions: 3 },
    { name: 'notes', type: 'json', hidden: true },
    { name: 'lair', type: 'geopoint', hidden: true },
    { name: 'scent', type: 'vector', dimensions: 3, hidden: true },
    { name: 'labels', type: 'tags', searchable: true },
    { name: 'double', type: 'computed', expression: 'amount * 2', returns: 'integer' },
    { name: 'bonus', type: 'computed', expression: 'salary * 2', returns: 'integer' },
    { name: 'owner', type: 'relation', collection: 'users', inverse: 'docs' },
    { name: 'org', type: 'relation', collection: 'orgs', inverse: 'docs' },
    { name: 'members', type: 'relation', collection: 'users', many: true, inverse: 'memberOf' },
    { name: 'parent', type: 'relation', collection: 'docs', inverse: 'children' },
  ],
  rules: [
    { role: 'public', action: 'read', conditions: { status: 'published' }, fields: openFields },
    { role: 'user', action: 'read', conditions: { owner: '$user.id' } },
    { role: 'user', action: 'read', conditions: { org: '$user.org', status: { $ne: 'draft' } }, fields: orgFields },
    { role: 'user', action: 'read', conditions: { members: { $has: '$user.id' } }, fields: ['title', 'labels'] },
    {
      role: 'user',
      action: 'update',
      conditions: { owner: '$user.id', org: '$user.org' },
      fields: [...writableFields, 'owner', 'serial'],
    },
    { role: 'user', action: 'delete', conditions: { owner: '$user.id', status: 'draft' } },
    {
      role: 'user',
      action: 'create',
      conditions: { org: '$user.org' },
      fields: [...writableFields, 'serial'],
      preset: { owner: '$user.id' },
    },
    { role: 'editor', action: 'read', fields: editorFields },
    { role: 'editor', action: 'update', fields: ['title', 'status'] },
    { role: 'payroll', action: 'read', fields: ['title', 'salary'] },
  ],
}

const audit: Omit<CollectionDefinition, 'id'> = {
  name: 'audit',
  description: 'canary-audit-description-',
  fields: [
    { name: 'entry', type: 'text' },
    { name: 'doc', type: 'relation', collection: 'docs', inverse: 'entries' },
  ],
}

/** May be written by every user, and read by nobody. */
const reports: Omit<CollectionDefinition, 'id'> = {
  name: 'reports',
  fields: [
    { name: 'text', type: 'text', required: true },
    { name: 'doc', type: 'relation', collection: 'docs' },
  ],
  rules: [{ role: 'user', action: 'create', fields: ['text', 'doc'] }],
}

/** The defined fields of documents. */
export const docFields = docs.fields.map(({ name }) => name)

interface Place {
  readonly lat: number
  readonly lon: number
}

export interface Doc {
  readonly id: string
  readonly title: string
  readonly body: string
  readonly status: 'draft' | 'internal' | 'published' | null
  readonly amount: number
  readonly double: number
  readonly salary: number
  readonly bonus: number
  readonly meta: { readonly public: string }
  readonly secret: string
  readonly code: string
  readonly serial: string
  readonly rate: string
  readonly labels: readonly string[]
  readonly place: Place
  readonly taste: readonly number[]
  readonly notes: { readonly inside: string }
  readonly lair: Place
  readonly scent: readonly number[]
  readonly owner: string | null
  readonly org: string | null
  readonly members: readonly string[]
  readonly parent: string | null
}

export interface Fixture {
  readonly server: TestServer
  readonly people: Readonly<Record<'alice' | 'bob' | 'dora' | 'carol' | 'pay', Persona>>
  readonly personas: Readonly<Record<PersonaName, Persona | undefined>>
  readonly orgs: Readonly<Record<'a' | 'b' | 'c', string>>
  readonly docs: Readonly<Record<string, Doc>>
  /** Sends as a persona. Every request has the same id, so that answers can be compared whole. */
  ask(who: PersonaName, method: string, path: string, options?: RequestOptions): Promise<TestResponse>
  stop(): Promise<void>
}

export const docsPath = '/api/v1/collections/docs/records'
export const recordsOf = (collection: string): string => `/api/v1/collections/${collection}/records`

/** An id that sorts by its number. */
export const idOf = (number: number): string => `01890000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`

/** Every value of a document is a canary: it occurs nowhere else. */
export function makeDoc(number: number, rest: Pick<Doc, 'status' | 'owner' | 'org'> & Partial<Doc>): Doc {
  const canary = (field: string): string => `canary-${field}-${number}-`
  return {
    id: idOf(number),
    title: canary('title'),
    body: canary('body'),
    amount: 610_000_000 + number * 1000,
    double: 2 * (610_000_000 + number * 1000),
    salary: 720_000_000 + number * 1000,
    bonus: 2 * (720_000_000 + number * 1000),
    meta: { public: canary('meta') },
    secret: canary('secret'),
    code: canary('code'),
    serial: canary('serial'),
    rate: `${830_000_000 + number * 1000}`,
    labels: [canary('labels')],
    place: { lat: Number(`${40 + number}.85105127`), lon: 13 },
    taste: [Number(`0.9${(number + 10) * 77}13`), 0.25, 0.5],
    notes: { inside: canary('notes') },
    lair: { lat: Number(`${40 + number}.74403916`), lon: 14 },
    scent: [Number(`0.8${(number + 10) * 77}13`), 0.25, 0.5],
    members: [],
    parent: null,
    ...rest,
  }
}

type People = Readonly<Record<'alice' | 'bob' | 'dora', Persona>>

/** Documents of every kind: own and foreign, open and closed, with and without owner, organisation and status. */
function makeDocs({ alice, bob, dora }: People, { a, b, c }: Fixture['orgs']): Record<string, Doc> {
  return {
    own: makeDoc(1, { status: 'draft', owner: alice.id, org: a, members: [bob.id, alice.id] }),
    ownPublished: makeDoc(2, { status: 'published', owner: alice.id, org: a }),
    colleague: makeDoc(3, { status: 'internal', owner: dora.id, org: a, members: [dora.id] }),
    colleagueDraft: makeDoc(4, { status: 'draft', owner: dora.id, org: a }),
    foreign: makeDoc(5, { status: 'draft', owner: bob.id, org: b, parent: idOf(6) }),
    foreignPublished: makeDoc(6, { status: 'published', owner: bob.id, org: b, parent: idOf(5), members: [bob.id] }),
    shared: makeDoc(7, { status: 'draft', owner: bob.id, org: b, members: [bob.id, alice.id] }),
    orphan: makeDoc(8, { status: null, owner: null, org: null }),
    orphanPublished: makeDoc(9, { status: 'published', owner: null, org: c, parent: idOf(10) }),
    third: makeDoc(10, { status: 'internal', owner: null, org: c }),
  }
}

/** The real server with three tenants, five people, and their documents. */
export async function startFixture(env: Record<string, string> = {}): Promise<Fixture> {
  const { server, admin } = await startServerWith([users, orgs, docs, audit, reports], env)
  const people = {
    alice: await signUp(server, 'alice@example.com'),
    bob: await signUp(server, 'bob@example.com'),
    dora: await signUp(server, 'dora@example.com'),
    carol: await signUp(server, 'carol@example.com', admin, ['editor']),
    pay: await signUp(server, 'pay@example.com', admin, ['payroll']),
  }
  const { alice, bob, carol, pay } = people
  const personas = { ANON: undefined, ALICE: alice, BOB: bob, CAROL: carol, PAY: pay, ADMIN: admin }
  const ask: Fixture['ask'] = (who, method, path, options = {}) =>
    server.request(method, path, {
      ...options,
      headers: { 'x-request-id': 'always-the-same', ...options.headers },
      ...(personas[who] && { token: personas[who].token }),
    })
  const write = async (method: string, path: string, body: object): Promise<void> => {
    const { status, text } = await ask('ADMIN', method, path, { body })
    if (status >= 300) throw new Error(`The fixture was refused: ${text}`)
  }

  const orgIds = { a: idOf(0xa01), b: idOf(0xa02), c: idOf(0xa03) }
  const orgRows = Object.entries(orgIds).map(([name, id], at) => ({
    id,
    name: `canary-org-${name}-`,
    plan: name === 'c' ? 'pro' : 'free',
    budget: 940_000_001 + at,
    vault: `canary-vault-${name}-`,
  }))
  await write('POST', recordsOf('orgs'), orgRows)
  const orgOf: Readonly<Record<string, string>> = { alice: orgIds.a, dora: orgIds.a, bob: orgIds.b }
  for (const [name, { id }] of Object.entries(people))
    await write('PATCH', `${recordsOf('users')}/${id}`, {
      org: orgOf[name] ?? null,
      nickname: `canary-nickname-${name}-`,
      phone: `canary-phone-${name}-`,
    })

  const rows = makeDocs(people, orgIds)
  const bodies = Object.values(rows).map(({ double, bonus, ...row }) => ({ ...row, parent: null }))
  await write('POST', docsPath, bodies)
  for (const { id, parent } of Object.values(rows)) if (parent) await write('PATCH', `${docsPath}/${id}`, { parent })
  const entries = Object.values(rows).map(({ id }, at) => ({
    id: idOf(0xb00 + at),
    entry: `canary-entry-${at}-`,
    doc: id,
  }))
  await write('POST', recordsOf('audit'), entries)
  return { server, people, personas, orgs: orgIds, docs: rows, ask, stop: () => server.stop() }
}
