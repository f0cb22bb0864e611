import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readDatasets } from '../../../../../packages/cli/src/demo/datasets.js'
import type { TestServer } from '../../support/index.js'
import { define, type Persona, signUp, startServerWith } from '../../support/personas.js'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 })

let server: TestServer
let admin: Persona

const pathOf = (collection: string): string => `/api/v1/collections/${collection}/records`
type Found = { [field: string]: unknown; matchMeta: { rank: number; highlight?: Record<string, string> } }

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    {
      name: 'movies',
      language: 'english',
      fields: [
        { name: 'title', type: 'text', searchable: 'A' },
        { name: 'director', type: 'text', searchable: 'B' },
        { name: 'genre', type: 'text', searchable: true },
        { name: 'year', type: 'integer' },
      ],
      rules: [{ role: 'public', action: 'read' }],
    },
    {
      name: 'places',
      fields: [
        { name: 'city', type: 'text', searchable: 'A' },
        { name: 'country', type: 'text', searchable: 'C' },
      ],
      rules: [{ role: 'public', action: 'read' }],
    },
    {
      name: 'pages',
      language: 'german',
      fields: [
        { name: 'title', type: 'text', searchable: 'A' },
        { name: 'body', type: 'richtext', searchable: true },
        { name: 'contact', type: 'email', searchable: true },
        { name: 'source', type: 'url', searchable: true },
        { name: 'path', type: 'slug', searchable: true },
        { name: 'kind', type: 'select', options: ['guide', 'news flash'], searchable: true },
        { name: 'topics', type: 'multiselect', options: ['sea', 'mountain lake'], searchable: true },
        { name: 'labels', type: 'tags', searchable: true },
        { name: 'hidden', type: 'text', searchable: 'A', hidden: true },
        { name: 'plain', type: 'text' },
      ],
      rules: [{ role: 'public', action: 'read' }],
    },
  ]))
  const movies = readDatasets().find(({ collection }) => collection === 'movies')!.records
  await create(
    'movies',
    movies.map(({ title, director, genre }) => ({ title, director, genre })),
  )
  await create('places', [
    { city: 'Paris', country: 'France' },
    { city: 'Zürich', country: 'Switzerland' },
    { city: 'London', country: 'United Kingdom' },
    { city: 'Berlin', country: 'Germany' },
    { city: 'New York', country: 'United States' },
    { city: 'York', country: 'United Kingdom' },
    { city: 'São Paulo', country: 'Brazil' },
    { city: 'Łódź', country: 'Poland' },
  ])
})
afterAll(() => server?.stop())

async function create(collection: string, body: object | object[]): Promise<void> {
  const { status, text } = await server.request('POST', pathOf(collection), { token: admin.token, body })
  if (status !== 201) throw new Error(text)
}

async function find(collection: string, query: Record<string, string>, token?: string): Promise<Found[]> {
  const { status, json, text } = await server.request('GET', pathOf(collection), { query, token })
  if (status !== 200) throw new Error(text)
  return json.data
}

const search = async (collection: string, text: string, field: string): Promise<unknown[]> =>
  (await find(collection, { search: text })).map((record) => record[field])

describe('search', () => {
  it.each([
    ['Paris', 'Paris'],
    ['paris', 'Paris'],
    ['Pari', 'Paris'],
    ['Parus', 'Paris'],
    ['Zurich', 'Zürich'],
    ['Zürich', 'Zürich'],
    ['zürch', 'Zürich'],
    ['Lodon', 'London'],
    ['Berlim', 'Berlin'],
    ['sao paulo', 'São Paulo'],
    ['lodz', 'Łódź'],
    ['switzerlnd', 'Zürich'],
  ])('finds %s: %s first', async (text, city) => {
    expect((await search('places', text, 'city'))[0]).toBe(city)
  })

  it('finds each word in any field', async () => {
    expect(await search('places', 'york united kingdom', 'city')).toEqual(['York'])
    expect(await search('places', 'york -states', 'city')).toEqual(['York'])
  })

  it('keeps quoted words together, takes away what has a minus, and adds what stands behind or', async () => {
    expect(await search('places', '"new york"', 'city')).toEqual(['New York'])
    expect(await search('places', '"york new"', 'city')).toEqual([])
    expect((await search('places', 'berlin or zürich', 'city')).sort()).toEqual(['Berlin', 'Zürich'])
    expect(await search('places', '-united -france -brazil -poland -germany', 'city')).toEqual(['Zürich'])
  })

  it('finds everything for an empty text, and nothing for one without words', async () => {
    expect(await search('places', '', 'city')).toHaveLength(8)
    expect(await search('places', '   ', 'city')).toHaveLength(8)
    expect(await search('places', '🙂', 'city')).toEqual([])
    expect(await search('places', '!!! "', 'city')).toEqual([])
  })

  it('ranks the words that are there before those that are misspelt, and heavy fields before light ones', async () => {
    await create('places', [
      { city: 'Marseille', country: 'Paris' },
      { city: 'Parys', country: 'South Africa' },
    ])
    const found = await find('places', { search: 'paris' })
    expect(found.map(({ city }) => city)).toEqual(['Paris', 'Marseille', 'Parys'])
    const ranks = found.map(({ matchMeta }) => matchMeta.rank)
    expect(ranks).toEqual([...ranks].sort((one, other) => other - one))
    expect(ranks.every((rank) => rank > 0)).toBe(true)
  })

  it('knows the endings of the language', async () => {
    const titles = await search('movies', 'running', 'title')
    expect(titles).toContain('Run Lola Run')
    expect(titles).toContain('Running Scared')
    expect((await search('movies', 'spielberg war', 'title'))[0]).toMatch(/War of the Worlds/)
    expect(await search('movies', 'the', 'title')).toHaveLength(30)
  })

  it('tolerates typos in real titles', async () => {
    expect((await search('movies', 'Termintor', 'title'))[0]).toMatch(/Terminator/)
    expect((await search('movies', 'godfathr', 'title'))[0]).toMatch(/Godfather/)
    expect((await search('movies', 'kubrik', 'director'))[0]).toBe('Stanley Kubrick')
    // Two letters exchanged are one typo.
    expect(await search('movies', 'alein', 'title')).toContain('Alien')
    const [paris] = await find('places', { search: 'Pairs', highlight: 'true' })
    expect(paris!.matchMeta.highlight).toEqual({ city: '<mark>Paris</mark>' })
    expect(await search('places', 'züirch', 'city')).toEqual(['Zürich'])
  })

  it('combines with filters, sort, count and fields', async () => {
    const query = {
      search: 'love',
      'filter[genre]': 'Comedy',
      sort: 'title',
      count: 'exact',
      fields: 'title',
      limit: '5',
    }
    const { json } = await server.request('GET', pathOf('movies'), { query })
    const titles = json.data.map((record: Found) => record['title'])
    expect(titles).toEqual([...titles].sort())
    expect(json.meta.total).toBeGreaterThan(5)
    expect(Object.keys(json.data[0])).toEqual(['title', 'matchMeta'])
  })

  it('pages through ranked results without gap or double', async () => {
    const all = (await find('movies', { search: 'man', limit: '1000' })).map(({ id }) => id)
    expect(all.length).toBeGreaterThan(60)
    const paged: unknown[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const query = { search: 'man', limit: '7', ...(cursor && { cursor }) }
      const { json } = await server.request('GET', pathOf('movies'), { query })
      paged.push(...json.data.map(({ id }: Found) => id))
      cursor = json.meta.nextCursor
    }
    expect(paged).toEqual(all)
  })

  it('is a condition too: of one field, of all fields, under or, not and relations', async () => {
    const query = async (filter: object): Promise<Found[]> => {
      const { status, json, text } = await server.request('POST', '/api/v1/collections/places/query', {
        body: { filter },
      })
      expect(status, text).toBe(200)
      return json.data
    }
    const cities = async (filter: object) => (await query(filter)).map(({ city }) => city).sort()
    expect(await cities({ city: { $search: 'york' } })).toEqual(['New York', 'York'])
    expect(await cities({ city: { $search: 'kingdom' } })).toEqual([])
    expect(await cities({ $search: 'kingdom' })).toEqual(['London', 'York'])
    expect(await cities({ $or: [{ $search: 'kingdom' }, { city: 'Berlin' }] })).toEqual(['Berlin', 'London', 'York'])
    expect(await cities({ $not: { $or: [{ $search: 'united or poland or brazil' }, { $search: 'south' }] } })).toEqual([
      'Berlin',
      'Marseille',
      'Paris',
      'Zürich',
    ])
    const [first] = await query({ city: { $search: 'zurich' } })
    expect(first!.matchMeta.rank).toBeGreaterThan(0)
    const [unranked] = await query({ $or: [{ $search: 'zurich' }, { city: 'Zürich' }] })
    expect(unranked!.matchMeta).toBeUndefined()
  })

  it('refuses what it cannot do, with the path', async () => {
    const refusals: [Record<string, string>, string, string][] = [
      [{ search: 'x'.repeat(501) }, 'invalid_value', 'search'],
      [{ search: 'a\0b' }, 'invalid_value', 'search'],
      [{ sort: '$rank' }, 'invalid_query', 'sort'],
      [{ highlight: 'true', search: 'x', fields: 'nope' }, 'unknown_field', 'fields'],
      [{ highlight: 'id', search: 'x' }, 'invalid_query', 'highlight'],
      [{ highlight: 'nope', search: 'x' }, 'unknown_field', 'highlight'],
      [{ filter: '{"id":{"$search":"x"}}' }, 'unknown_operator', 'filter.id.$search'],
      [{ filter: '{"$search":1}' }, 'invalid_value', 'filter.$search'],
    ]
    for (const [query, code, path] of refusals) {
      const { status, json } = await server.request('GET', pathOf('places'), { query })
      expect([status, json.code, json.errors?.[0]?.path], JSON.stringify(query)).toEqual([400, code, path])
    }
    const { json } = await server.request('GET', pathOf('users'), { token: admin.token, query: { search: 'x' } })
    expect([json.code, json.errors[0].path]).toEqual(['invalid_query', 'search'])
  })
})

describe('fields that can be searched', () => {
  beforeAll(() =>
    create('pages', [
      {
        title: 'Häuser am See',
        body: '<p>Kl<b>ei</b>ne &amp; <a href="https://secretlink.example">große</a> Boote</p><p>Fisch</p>',
        contact: 'anna.berg@example.com',
        source: 'https://blog.example.org/reisen/ostsee?tag=strand',
        path: 'haeuser-am-see',
        kind: 'news flash',
        topics: ['mountain lake'],
        labels: ['Sommer 2024', 'Ferien'],
        hidden: 'geheimnis',
        plain: 'unauffindbar',
      },
      { title: 'Anderes' },
    ]),
  )

  it.each([
    'Haus',
    'häusern',
    'kleine',
    'große',
    'grosse',
    'boot',
    'fisch',
    'anna',
    'berg',
    'anna.berg@example.com',
    'blog',
    'ostsee',
    'strand',
    'haeuser-am-see',
    '"news flash"',
    'lake',
    'sommer',
    'Ferien 2024',
  ])('are found by %s', async (text) => {
    expect(await search('pages', text, 'title')).toEqual(['Häuser am See'])
  })

  it.each(['secretlink', 'href', 'unauffindbar', 'geheimnis'])('are not found by %s', async (text) => {
    expect(await search('pages', text, 'title')).toEqual([])
  })

  it('are found by admins also where they are hidden', async () => {
    expect(await find('pages', { search: 'geheimnis' }, admin.token)).toHaveLength(1)
  })
})

describe('highlight', () => {
  const highlight = async (collection: string, query: Record<string, string>) =>
    (await find(collection, { highlight: 'true', ...query })).map(({ matchMeta }) => matchMeta.highlight)

  it('marks what was found, in the fields that have it', async () => {
    expect(await highlight('places', { search: 'zurich' })).toEqual([{ city: '<mark>Zürich</mark>' }])
    expect(await highlight('places', { search: 'united york' })).toEqual([
      { city: '<mark>York</mark>', country: '<mark>United</mark> Kingdom' },
      { city: 'New <mark>York</mark>', country: '<mark>United</mark> States' },
    ])
    expect(await highlight('places', { search: 'united york', highlight: 'country' })).toEqual([
      { country: '<mark>United</mark> Kingdom' },
      { country: '<mark>United</mark> States' },
    ])
  })

  it('marks the word that looks like the one that was searched', async () => {
    expect(await highlight('places', { search: 'switzerlnd' })).toEqual([{ country: '<mark>Switzerland</mark>' }])
  })

  it('is part of the body too', async () => {
    const body = { search: 'zurich', highlight: ['city'] }
    const { json } = await server.request('POST', '/api/v1/collections/places/query', { body })
    expect(json.data[0].matchMeta.highlight).toEqual({ city: '<mark>Zürich</mark>' })
  })

  it('is safe to show as HTML', async () => {
    await define(server, admin, [
      {
        name: 'notes',
        fields: [
          { name: 'text', type: 'text', searchable: true },
          { name: 'html', type: 'richtext', searchable: true },
        ],
      },
    ])
    await create('notes', {
      text: `<script>alert("x")</script> <mark>it's</mark> <b title='q'>R&D &lt;script&gt; amp lt 39`,
      html: '<p>One &lt;script&gt;alert(1)&lt;/script&gt; two</p>',
    })
    const marked = async (text: string) =>
      (await find('notes', { search: text, highlight: 'true' }, admin.token))[0]?.matchMeta.highlight
    for (const text of ['script', 'alert', 'mark', 'r&d', 'amp', 'lt', '39', 'quot', 'two', 'b', 'title', 'x']) {
      const found = (await marked(text)) ?? {}
      for (const html of Object.values(found)) {
        const rest = html.replaceAll('<mark>', '').replaceAll('</mark>', '')
        expect(rest, html).not.toMatch(/[<>"']/)
        expect(rest.replace(/&(amp|lt|gt|quot|#39);/g, ''), html).not.toContain('&')
      }
    }
    expect(await marked('alert')).toEqual({
      text: '&lt;script&gt;<mark>alert</mark>(&quot;x&quot;)&lt;/script&gt; &lt;mark&gt;it&#39;s&lt;/mark&gt; &lt;b title=&#39;q&#39;&gt;R&amp;D &amp;lt;script&amp;gt; amp lt 39',
      html: expect.stringContaining('&lt;script&gt;<mark>alert</mark>(1)&lt;/script&gt;'),
    })
    expect((await marked('amp'))?.['text']).toContain('R&amp;D &amp;lt;script&amp;gt; <mark>amp</mark> lt')
  })
})

describe('a searchable field', () => {
  const schema = async (definition: object): Promise<{ kind: string; description: string }[]> => {
    const collections = [definition]
    const plan = await server.request('POST', '/api/v1/admin/schema/plan', {
      token: admin.token,
      body: { collections },
    })
    expect(plan.status, plan.text).toBe(200)
    const body = { collections, hash: plan.json.data.hash, acceptDataLoss: true }
    const applied = await server.request('POST', '/api/v1/admin/schema/apply', { token: admin.token, body })
    expect(applied.status, applied.text).toBe(200)
    return plan.json.data.steps
  }
  const kindsOf = (steps: { kind: string }[]): string[] => steps.map(({ kind }) => kind)

  it('is made, renamed, retyped, rebuilt in another language and unmade by steps of the plan', async () => {
    const book = (fields: object[], rest: object = {}) => ({ name: 'books', fields, ...rest })
    await schema(book([{ name: 'title', type: 'text' }]))
    await create('books', { title: 'Running with scissors' })

    const made = await schema(book([{ name: 'title', type: 'text', searchable: 'A' }]))
    expect(kindsOf(made)).toEqual(['createSearch'])
    expect(made[0]!.description).toMatch(/^Make books\.title searchable \(simple, weight A/)
    expect(await find('books', { search: 'run' }, admin.token)).toHaveLength(1)
    expect(await find('books', { search: '"run"' }, admin.token)).toHaveLength(0)

    const translated = await schema(book([{ name: 'title', type: 'text', searchable: 'A' }], { language: 'english' }))
    expect(kindsOf(translated)).toEqual(['dropSearch', 'createSearch'])
    expect(await find('books', { search: '"run"' }, admin.token)).toHaveLength(1)

    const { json } = await server.request('GET', '/api/v1/admin/collections/books', { token: admin.token })
    const { id } = json.data.fields[0]
    const renamed = await schema(
      book([{ id, name: 'heading', type: 'text', searchable: 'A' }], { language: 'english' }),
    )
    expect(kindsOf(renamed)).toEqual(['renameColumn'])
    expect(await find('books', { search: 'scissor' }, admin.token)).toHaveLength(1)

    const retyped = await schema(
      book([{ id, name: 'heading', type: 'tags', searchable: 'A' }], { language: 'english' }),
    )
    expect(kindsOf(retyped)).toContain('createSearch')
    await create('books', { heading: ['sharp knives'] })
    expect(await find('books', { search: 'knife or knives' }, admin.token)).toHaveLength(1)

    const dropped = await schema(book([{ id, name: 'heading', type: 'tags' }], { language: 'english' }))
    expect(kindsOf(dropped)).toEqual(['dropSearch'])
    const { status } = await server.request('GET', pathOf('books'), { token: admin.token, query: { search: 'x' } })
    expect(status).toBe(400)

    await schema(book([{ id, name: 'heading', type: 'tags', searchable: true }], { language: 'english' }))
    const gone = await schema(book([{ name: 'pages', type: 'integer' }], { language: 'english' }))
    expect(kindsOf(gone)).toEqual(['dropSearch', 'dropColumn', 'addColumn'])
  })

  it('is refused where its type has no words, with a language nobody speaks, and beyond the limit', async () => {
    const refused = async (definition: object): Promise<string> => {
      const { status, json } = await server.request('POST', '/api/v1/admin/collections', {
        token: admin.token,
        body: definition,
      })
      expect([status, json.code]).toEqual([422, 'invalid_definition'])
      return json.errors[0].path
    }
    const many = Array.from({ length: 17 }, (_, at) => ({ name: `f${at}`, type: 'text', searchable: true }))
    expect(await refused({ name: 'a', fields: [{ name: 'n', type: 'integer', searchable: true }] })).toBe(
      'fields.0.searchable',
    )
    expect(await refused({ name: 'a', fields: [{ name: 'n', type: 'text', searchable: 'E' }] })).toBe(
      'fields.0.searchable',
    )
    expect(await refused({ name: 'a', fields: [], language: 'klingon' })).toBe('language')
    expect(await refused({ name: 'a', fields: many })).toBe('fields')
  })

  it('takes texts of every length', async () => {
    await schema({ name: 'longs', fields: [{ name: 'text', type: 'text', searchable: true }] })
    const words = Array.from({ length: 160_000 }, (_, at) => at.toString(36)).join(' ')
    await create('longs', { text: words.slice(0, 1_000_000) })
    await create('longs', { text: 'ж'.repeat(1_000_000) })
    expect(await find('longs', { search: '1a2', fields: 'id' }, admin.token)).toHaveLength(1)
  })
})

describe('a search by rules', () => {
  it('may be a rule', async () => {
    await define(server, admin, [
      {
        name: 'tips',
        fields: [{ name: 'text', type: 'text', searchable: true }],
        rules: [
          { role: 'user', action: 'read', conditions: { text: { $search: 'public' } } },
          { role: 'user', action: 'create', conditions: { text: { $search: 'public' } } },
        ],
      },
    ])
    await create('tips', [{ text: 'a public tip' }, { text: 'a private tip' }])
    const user = await signUp(server, 'rules@example.com')
    expect((await find('tips', {}, user.token)).map(({ text }) => text)).toEqual(['a public tip'])
    const post = (text: string) => server.request('POST', pathOf('tips'), { token: user.token, body: { text } })
    expect((await post('made public')).status).toBe(201)
    expect((await post('kept secret')).status).toBe(403)
  })
})
