import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestResponse, TestServer } from '../../support/index.js'
import { type Persona, startServerWith } from '../../support/personas.js'

/** What somebody gets wrong who is new here, or comes from elsewhere, is answered with what would be right. */

let server: TestServer
let admin: Persona

const cities = '/api/v1/collections/cities/records'

beforeAll(async () => {
  ;({ server, admin } = await startServerWith([
    { name: 'countries', fields: [{ name: 'title', type: 'text' }], rules: [{ role: 'public', action: 'read' }] },
    {
      name: 'cities',
      fields: [
        { name: 'title', type: 'text', required: true },
        { name: 'people', type: 'integer' },
        { name: 'mayor', type: 'text' },
        { name: 'kind', type: 'select', options: ['town', 'village'] },
        { name: 'facts', type: 'json' },
        { name: 'country', type: 'relation', collection: 'countries', inverse: 'cities' },
      ],
      rules: [{ role: 'public', action: 'read', fields: ['title', 'people', 'kind', 'facts', 'country'] }],
    },
  ]))
  await post(cities, [{ title: 'Berlin', people: 5 }, { title: 'Zürich', people: 3 }, { title: '東京' }])
})
afterAll(() => server?.stop())

const list = (query: string): Promise<TestResponse> => server.request('GET', `${cities}?${query}`)
const post = (path: string, body: unknown): Promise<TestResponse> =>
  server.request('POST', path, { token: admin.token, body })

describe('a name that is almost right', () => {
  it.each([
    ['filter[peple]=1', 'filter.peple', 'people'],
    ['filter[contry.title]=x', 'filter.contry.title', 'country'],
    ['filter[country.titel]=x', 'filter.country.titel', 'title'],
    ['sort=-peopel', 'sort', 'people'],
    ['fields=tilte', 'fields', 'title'],
    ['expand=contry', 'expand.contry', 'country'],
    ['expand=country(fields:titel)', 'expand.country.fields', 'title'],
  ])('%s', async (query, path, meant) => {
    const { status, json } = await list(query)
    expect([status, json.code, json.errors[0].path]).toEqual([400, 'unknown_field', path])
    expect(json.hint).toBe(`Did you mean ${meant}?`)
  })

  it('in a body, an aggregate, and a list of the other side', async () => {
    const body = await post(cities, { titel: 'x' })
    expect(body.json).toMatchObject({ code: 'unknown_field', hint: 'Did you mean title?' })
    const aggregate = { groupBy: ['kidn'], aggregates: { n: { count: '*' } } }
    const groups = await post('/api/v1/collections/cities/aggregate', aggregate)
    expect(groups.json).toMatchObject({ code: 'unknown_field', hint: 'Did you mean kind?' })
    const inverse = await server.request('GET', '/api/v1/collections/countries/records?filter[citis.title]=x')
    expect(inverse.json).toMatchObject({ code: 'unknown_field', hint: 'Did you mean cities?' })
  })

  it('A17 is never answered with a name that is closed', async () => {
    for (const query of ['filter[mayr]=x', 'sort=mayr', 'fields=mayor', 'expand=mayr']) {
      const { json } = await list(query)
      expect([json.code, json.hint]).toEqual(['unknown_field', undefined])
    }
    const asAdmin = await server.request('GET', `${cities}?filter[mayr]=x`, { token: admin.token })
    expect(asAdmin.json.hint).toBe('Did you mean mayor?')
  })
})

describe('brackets as others write them', () => {
  it.each([
    'filter[title][$in]=Berlin,Zürich',
    'filter[title][$in][]=Berlin&filter[title][$in][]=Zürich',
    'filter[title][$in][0]=Berlin&filter[title][$in][1]=Zürich',
    'filter[$or][0][title]=Berlin&filter[$or][1][title]=Zürich',
  ])('%s', async (query) => {
    const { status, json } = await list(`${encodeURI(query)}&sort=title&fields=title`)
    expect([status, json.data]).toEqual([200, [{ title: 'Berlin' }, { title: 'Zürich' }]])
  })

  it('take a list of one, and refuse what has no meaning with an example', async () => {
    expect((await list('filter[title][$in][]=Berlin')).json.data).toHaveLength(1)
    for (const query of ['filter[]=x', 'filter[$or][][title]=x', 'filter[title=x', 'filter[title]x=y']) {
      const { status, json } = await list(query)
      expect([status, json.code, json.errors[0].path], query).toEqual([400, 'invalid_query', 'filter'])
      expect(json.hint).toContain('filter[status][$in][]=draft')
    }
  })

  it('lead nowhere: what is behind a field is named by a path', async () => {
    expect((await list('filter[country][title]=x')).json.hint).toContain('or a path: "country.title"')
    expect((await list('filter[facts][size]=1')).json.hint).toContain('or a path: "facts.size"')
    expect((await list('filter[people][gte]=1')).json.hint).not.toContain('path')
  })
})

describe('values', () => {
  it('that are no option are answered with the options', async () => {
    const { status, json } = await post(cities, { title: 'x', kind: 'twon' })
    expect([status, json.detail]).toEqual([422, 'kind must be one of town, village'])
  })
})

it('an aggregate is sorted by a text as by a list', async () => {
  const body = (sort: unknown) => ({ groupBy: ['title'], aggregates: { n: { sum: 'people' } }, sort })
  const url = '/api/v1/collections/cities/aggregate'
  const [text, array] = await Promise.all([post(url, body('-n,title')), post(url, body(['-n', 'title']))])
  expect(text.status).toBe(200)
  expect(text.json).toEqual(array.json)
})
