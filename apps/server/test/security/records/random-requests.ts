import type { Json } from '@holdfast/contract'
import type { Random } from '../../contract/rules/generate.js'
import { type Doc, docFields, docsPath, type Fixture, idOf, type PersonaName, recordsOf } from './fixture.js'
import { closedPeople, visibleFields } from './policy.js'
import type { Attempt } from './ways-out.js'

type Kind = 'text' | 'integer' | 'decimal' | 'select' | 'date' | 'json' | 'tags' | 'geo' | 'vector' | 'one' | 'many'

/** `version`, which counts every change, is asked for like a number. */
const kinds: Readonly<Record<string, Kind>> = {
  title: 'text',
  body: 'text',
  code: 'text',
  serial: 'text',
  secret: 'text',
  status: 'select',
  amount: 'integer',
  salary: 'integer',
  double: 'integer',
  bonus: 'integer',
  version: 'integer',
  rate: 'decimal',
  due: 'date',
  meta: 'json',
  notes: 'json',
  labels: 'tags',
  place: 'geo',
  lair: 'geo',
  taste: 'vector',
  scent: 'vector',
  owner: 'one',
  org: 'one',
  parent: 'one',
  members: 'many',
}

const equality = ['$eq', '$ne', '$in', '$nin', '$null']
const ordering = [...equality, '$gt', '$gte', '$lt', '$lte', '$between']
const operators: Readonly<Record<Kind, readonly string[]>> = {
  text: [...ordering, '$like', '$contains', '$startsWith', '$endsWith', '$search'],
  integer: ordering,
  decimal: ordering,
  date: ordering,
  select: equality,
  json: ['$ne', '$null'],
  tags: ['$has', '$hasAny', '$hasAll', '$null', '$search'],
  geo: ['$near', '$within', '$null'],
  vector: ['$nearest', '$null'],
  one: equality,
  many: ['$has', '$hasAny', '$hasAll', '$null', '$some', '$none', '$every'],
}

const words = ['canary', 'title', 'body', 'code', 'labels', 'canray', 'secret', '5', 'serial']
const writable = ['title', 'body', 'status', 'amount', 'meta', 'labels', 'parent', 'members', 'place', 'taste', 'code']
const n = { count: '*' }

/**
 * Requests of every kind at random. Names are mostly those somebody of the persona's rights would use; values are those of
 * documents whether open or closed, for they are what a guess would try. Left out is what is known to tell of closed
 * records: taken values of unique fields (A16), which is why only open codes and new ids are written.
 */
export class RandomRequests {
  private made = 0
  private readonly docs: readonly Doc[]
  private readonly open: readonly string[]
  private readonly codes: readonly string[]
  /** What the persona sees, which is what it mostly refers to. */
  private readonly seen: { readonly ids: readonly string[]; readonly people: readonly string[]; readonly org: string }
  private readonly writable: readonly string[]

  constructor(
    private readonly fixture: Fixture,
    private readonly who: PersonaName,
    private readonly random: Random,
  ) {
    this.docs = Object.values(fixture.docs)
    const seen = this.docs.map((doc) => visibleFields(fixture, who, doc))
    this.open = docFields.filter((name) => name in kinds && seen.some((fields) => fields.has(name)))
    const closed: readonly string[] = closedPeople(who)
    this.seen = {
      ids: this.docs.filter((_, at) => seen[at]!.size > 0).map(({ id }) => id),
      people: Object.entries(fixture.people).flatMap(([name, { id }]) => (closed.includes(name) ? [] : [id])),
      org: who === 'BOB' ? fixture.orgs.b : fixture.orgs.a,
    }
    this.writable = who === 'CAROL' ? ['title', 'status'] : writable
    this.codes = this.docs.filter((_, at) => seen[at]!.has('code')).map(({ code }) => code)
  }

  next(): Attempt {
    const reads = [this.list, this.list, this.list, this.query, this.get, this.get, this.aggregate, this.other]
    const writes = [this.create, this.patch, this.patch, this.put, this.batch, this.import, this.bulk, this.delete]
    return this.random.pick(this.random.chance(0.65) ? reads : writes).call(this)
  }

  // ── names and values ───────────────────────────────────────────────────────────────────────────────────────────────

  private name(only: (kind: Kind) => boolean = () => true): string {
    const names = this.random.chance(0.97) ? this.open : docFields
    const fitting = names.filter((name) => name in kinds && only(kinds[name]!))
    const others = this.open.filter((name) => only(kinds[name]!))
    return this.random.pick(fitting.length > 0 ? fitting : others.length > 0 ? others : ['title'])
  }

  /** A value some document has. */
  private value(name: string): Json {
    if (name === 'version') return this.random.below(4)
    const value = (this.random.pick(this.docs) as unknown as Record<string, Json>)[name] ?? null
    return Array.isArray(value) && kinds[name] !== 'vector' ? (value[0] ?? this.fixture.people.bob.id) : value
  }

  private operand(name: string, operator: string): Json {
    const { random } = this
    switch (operator) {
      case '$null':
        return random.chance(0.5)
      case '$in':
      case '$nin':
      case '$hasAny':
      case '$hasAll':
        return [this.value(name), this.value(name)].filter((value) => value !== null)
      case '$between':
        return [this.value(name), this.value(name)]
      case '$like':
        return random.pick(['canary%', '%-5-%', '%'])
      case '$contains':
      case '$startsWith':
      case '$endsWith':
        return String(this.value(name)).slice(0, random.below(16))
      case '$search':
        return this.words()
      case '$near':
        return { lat: 40 + random.below(12), lon: 13, ...(random.chance(0.6) && { km: 300 * (1 + random.below(4)) }) }
      case '$within':
        return { box: { south: 40, west: 0, north: 41 + random.below(10), east: 20 } }
      case '$nearest': {
        const metric = random.pick(['cosine', 'l2', 'innerProduct'])
        return { to: [random.next(), 0.2, 0.5], metric, ...(random.chance(0.6) && { k: 1 + random.below(4) }) }
      }
      case '$some':
      case '$none':
      case '$every':
        return { nickname: { $contains: random.pick(['canary', 'bob', 'dora']) } }
      default:
        return this.value(name)
    }
  }

  private words(): string {
    const { random } = this
    const term = (): string => `${random.pick(['', '', '', '-'])}${random.pick(words)}`
    return [random.pick(words), ...(random.chance(0.6) ? [random.pick(['', 'or']), term()] : [])].join(' ')
  }

  // ── conditions ─────────────────────────────────────────────────────────────────────────────────────────────────────

  private condition(depth = 0): { [key: string]: Json } {
    const { random } = this
    const kind = random.next()
    if (depth < 2 && kind < 0.12) return { $not: this.condition(depth + 1) }
    if (depth < 2 && kind < 0.24)
      return { [random.pick(['$or', '$and'])]: [this.condition(depth + 1), this.condition(depth + 1)] }
    if (depth < 2 && kind < 0.34)
      return { children: { [random.pick(['$some', '$none', '$every'])]: this.condition(depth + 1) } }
    if (kind < 0.38) return { $search: this.words() }
    if (kind < 0.44) return { [random.pick(['owner.nickname', 'parent.owner.nickname'])]: { $contains: 'canary' } }
    if (kind < 0.48) return { 'org.name': { $ne: 'canary-org-b-' } }
    if (kind < 0.54)
      return {
        [`${this.name((each) => each === 'json')}.public`]: { [random.pick(['$startsWith', '$ne'])]: 'canary-meta-5' },
      }
    const name = this.name()
    const operator = random.pick(operators[kinds[name]!])
    const path = random.pick(['', '', '', 'parent.', 'children.', 'parent.parent.'])
    return { [path + name]: { [operator]: this.operand(name, operator) } }
  }

  // ── reads ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** A filter that measures, with the key to sort by; or any other. */
  private measured(): { filter: Json; keys: string[] } {
    const { random } = this
    const name = this.name((kind) => kind === 'geo' || kind === 'vector')
    if (name === 'title' || random.chance(0.7)) return { filter: this.condition(), keys: [] }
    const operator = kinds[name] === 'geo' ? '$near' : '$nearest'
    return { filter: { [name]: { [operator]: this.operand(name, operator) } }, keys: ['$distance', '-$distance'] }
  }

  private parameters(): Record<string, Json> {
    const { random } = this
    const { filter, keys } = this.measured()
    const search = random.chance(0.25) ? this.words() : undefined
    const sortable = (kind: Kind): boolean => !['json', 'tags', 'geo', 'vector', 'many'].includes(kind)
    const sort = [
      ...random.some([...keys, ...(search === undefined ? [] : ['$rank'])], 0.5).slice(0, 1),
      ...random.some([this.name(sortable), `parent.${this.name(sortable)}`, 'org.name'], 0.3),
      ...(this.who === 'ANON' ? [] : random.some(['owner.nickname'], 0.2)),
    ].map((key) => (random.chance(0.4) && !key.startsWith('-') ? `-${key}` : key))
    return {
      ...(random.chance(0.6) && { filter }),
      ...(search !== undefined && { search, ...(random.chance(0.6) && { highlight: true }) }),
      ...(random.chance(0.6) && keys.length === 0 && { sort: sort.filter((key) => !key.includes('$d')) }),
      ...(random.chance(0.3) && { fields: [this.name(), 'id', this.name()] }),
      ...(random.chance(0.4) && { expand: this.expansion() }),
      ...(random.chance(0.7) && { limit: 1 + random.below(4) }),
      ...(random.chance(0.1) && { offset: random.below(3) }),
      ...(random.chance(0.4) && { count: random.pick(['exact', 'upTo:2', 'estimated']) }),
    }
  }

  private expansion(meta = 'cursor:start,count:exact,'): string {
    const sort = `${this.random.pick(['', '-'])}${this.name((kind) => kind === 'integer' || kind === 'text')}`
    const people = [`members(${meta}limit:2)`, 'owner,org,members']
    return this.random.pick([
      ...(this.who === 'ANON' ? [] : people),
      'parent(expand(children))',
      `children(${meta}limit:1,sort:${sort})`,
      `children(${meta}filter:${JSON.stringify(this.condition(1))})`,
      `org(expand(docs(sort:${sort},limit:2))),parent`,
      `parent(expand(children(sort:${sort},limit:1,count:exact)))`,
    ])
  }

  private list(): Attempt {
    const query = Object.entries(this.parameters()).map(([name, value]) => {
      const isText = name === 'filter' ? JSON.stringify(value) : Array.isArray(value) ? value.join(',') : String(value)
      return [name, isText]
    })
    return attempt('GET', docsPath, { query: Object.fromEntries(query) as Record<string, string> })
  }

  private query(): Attempt {
    return attempt('POST', docsPath.replace('/records', '/query'), { body: this.parameters() })
  }

  private get(): Attempt {
    const query = {
      ...(this.random.chance(0.4) && { fields: `${this.name()},id` }),
      ...(this.random.chance(0.7) && { expand: this.expansion() }),
    }
    return attempt('GET', `${docsPath}/${this.id()}`, { query })
  }

  private aggregate(): Attempt {
    const { random } = this
    const numeric = (kind: Kind): boolean => kind === 'integer' || kind === 'decimal'
    const way = random.pick(['', '', 'parent.'])
    const called = random.pick(['sum', 'avg', 'min', 'max', 'percentile', 'countDistinct', 'count'])
    const grouped = this.name((kind) => !['json', 'geo', 'vector', 'many'].includes(kind))
    const body = {
      aggregates: {
        n,
        x: { [called]: way + this.name(numeric), ...(called === 'percentile' && { at: random.next() }) },
      },
      ...(random.chance(0.7) && {
        groupBy: random.pick([[grouped], [`parent.${grouped}`], ['status', 'org.name']]),
      }),
      ...(random.chance(0.5) && { filter: this.condition() }),
      ...(random.chance(0.2) && { search: this.words() }),
      ...(random.chance(0.3) && { having: { n: { $gt: 1 } } }),
      ...(random.chance(0.3) && { sort: ['-n'], limit: 2 }),
    }
    return attempt('POST', docsPath.replace('/records', '/aggregate'), { body })
  }

  private other(): Attempt {
    const { random } = this
    const collection = random.pick(['users', 'orgs', 'audit', 'reports'] as const)
    const expand = {
      users: 'docs,memberOf(count:exact)',
      orgs: 'staff,docs(count:exact)',
      audit: 'doc',
      reports: 'doc',
    }
    const search = random.pick(['nickname', 'canary bob', 'phone'])
    return random.pick([
      attempt('GET', recordsOf(collection), { query: { count: 'exact' } }),
      attempt('GET', recordsOf(collection), { query: { count: 'exact', expand: expand[collection] } }),
      attempt('GET', recordsOf('users'), { query: { search, highlight: 'true' } }),
      attempt('GET', '/api/v1/me/permissions'),
    ])
  }

  // ── writes ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  private id(): string {
    const { random } = this
    if (random.chance(0.05)) return idOf(0xffff)
    if (random.chance(0.3) && this.made > 0) return idOf(0x1000 + random.below(this.made))
    return random.chance(0.5) ? random.pick(this.docs).id : random.pick(this.seen.ids)
  }

  private newId(): string {
    this.made += 1
    return idOf(0x1000 + this.made - 1)
  }

  private given(name: string): Json {
    const { random, fixture } = this
    if (name === 'code')
      return random.chance(0.5) || this.codes.length === 0 ? `new-${random.below(30)}` : random.pick(this.codes)
    if (name === 'parent') return random.chance(0.4) ? this.id() : random.pick([null, ...this.seen.ids])
    if (name === 'members') return random.some(random.chance(0.2) ? ids(fixture.people) : this.seen.people, 0.5)
    if (name === 'org') return random.chance(0.9) ? this.seen.org : fixture.orgs.c
    if (name === 'labels') return random.some(words, 0.3)
    return this.value(name)
  }

  private body(names = this.random.some(this.writable, 0.25)): { [name: string]: Json } {
    return Object.fromEntries(names.map((name) => [name, this.given(name)]))
  }

  /** Changes, some of them by operators. */
  private changes(): { [name: string]: Json } {
    const { random } = this
    const operation = random.pick<{ [name: string]: Json }>([
      { amount: { $inc: random.below(9) } },
      { amount: { $max: this.value('amount') } },
      { labels: { $push: random.pick(words) } },
      { labels: { $pull: [this.value('labels')] } },
      { members: { $push: this.fixture.people.bob.id } },
      { members: { $pull: this.fixture.people.alice.id } },
      { body: { $unset: true } },
      { 'meta.public': { $push: 'x' }, 'meta.seen': { $inc: 1 } },
      { 'meta.public': random.pick(words), 'meta.list': { $push: random.pick(words) } },
      { salary: { $inc: 1 } },
    ])
    const body = this.body()
    if (this.who === 'CAROL' && random.chance(0.8)) return { title: this.words(), ...body }
    return random.chance(0.4) || Object.keys(body).length === 0 ? { ...body, ...operation } : body
  }

  private newRecord(): { [name: string]: Json } {
    const { random, fixture } = this
    const org = this.given('org')
    const children = random.chance(0.2)
      ? [
          { id: this.newId(), title: 'child', org },
          { id: this.newId(), title: 'child', org: fixture.orgs.b },
        ]
      : []
    return {
      title: this.words(),
      org,
      ...this.body(),
      id: this.newId(),
      ...(children.length > 0 && { children: random.some(children, 0.7) }),
    }
  }

  private create(): Attempt {
    const body = this.random.chance(0.7) ? this.newRecord() : [this.newRecord(), this.newRecord()]
    return attempt('POST', docsPath, { body, query: this.random.chance(0.4) ? { expand: 'children,parent' } : {} })
  }

  private patch(): Attempt {
    const { random } = this
    const headers: Record<string, string> = random.chance(0.2) ? { 'if-match': `"v${1 + random.below(3)}"` } : {}
    const children = [{ id: this.id(), title: 'child' }, { id: this.id(), amount: { $inc: 1 } }, this.newRecord()]
    const nested = random.pick<Json>([random.some(children, 0.5), { delete: [this.id()], update: [children[0]!] }])
    const body = { ...this.changes(), ...(random.chance(0.25) && { children: nested }) }
    return attempt('PATCH', `${docsPath}/${this.id()}`, { body, headers })
  }

  private put(): Attempt {
    const { random } = this
    const org = this.given('org')
    const coded = () => ({ ...this.body(), title: 'put', org, code: this.given('code'), id: this.newId() })
    return random.pick([
      attempt('PUT', `${docsPath}?by=code`, { body: coded() }),
      attempt('PUT', `${docsPath}?by=code`, { body: [coded()], headers: { prefer: 'return=minimal' } }),
      attempt('PUT', `${docsPath}?by=serial`, { body: coded() }),
      attempt('PUT', `${docsPath}/${this.newId()}`, { body: { ...this.body(), title: 'put', org } }),
    ])
  }

  private batch(): Attempt {
    const { random } = this
    const name = this.name()
    const operations = [
      { action: 'get', collection: 'docs', id: this.id() },
      { action: 'update', collection: 'docs', id: this.id(), data: this.changes() },
      { action: 'create', collection: 'docs', data: { ...this.newRecord(), title: '$0.title' } },
      { action: 'create', collection: 'reports', data: { text: `$0.${name}`, doc: '$0.id' } },
      { action: 'delete', collection: 'docs', id: '$0.parent', version: 1 },
    ]
    return attempt('POST', '/api/v1/batch', {
      body: { operations: [operations[0], ...random.some(operations.slice(1), 0.4)] },
    })
  }

  private import(): Attempt {
    const { random } = this
    const lines = [0, 1, 2].map(() => JSON.stringify({ ...this.newRecord(), code: this.given('code') }))
    return attempt(
      'POST',
      `${docsPath.replace('/records', '/import')}${random.pick(['', '?by=code', '?onError=abort'])}`,
      {
        body: lines.join('\n'),
        headers: { 'content-type': 'application/x-ndjson' },
      },
    )
  }

  private bulk(): Attempt {
    const filter = JSON.stringify({ $and: [this.condition(1), { amount: { $gte: 0 } }] })
    return this.random.chance(0.8)
      ? attempt('PATCH', docsPath, { query: { filter }, body: this.changes() })
      : attempt('DELETE', docsPath, { query: { filter } })
  }

  private delete(): Attempt {
    const headers: Record<string, string> = this.random.chance(0.5)
      ? { 'if-match': `"v${1 + this.random.below(3)}"` }
      : {}
    return attempt('DELETE', `${docsPath}/${this.id()}`, { headers })
  }
}

const ids = (people: Fixture['people']): string[] => Object.values(people).map(({ id }) => id)

const attempt = (method: string, path: string, options: Attempt['options'] = {}): Attempt => ({
  what: `${method} ${decodeURIComponent(path)} ${JSON.stringify(options)}`,
  method,
  path,
  options,
})
