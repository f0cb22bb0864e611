import type { RequestOptions } from '../../support/index.js'
import { docsPath, type Fixture, idOf } from './fixture.js'

/** A request that names a field in one particular way. */
export interface Attempt {
  readonly what: string
  readonly method: string
  readonly path: string
  readonly options?: RequestOptions
}

/** Routes of documents, as the OpenAPI document writes them. A route that is not here fails a test. */
export const routes = [
  'GET /records',
  'POST /records',
  'PUT /records',
  'PATCH /records',
  'DELETE /records',
  'GET /records/{id}',
  'PATCH /records/{id}',
  'PUT /records/{id}',
  'DELETE /records/{id}',
  'POST /query',
  'POST /import',
  'GET /export',
  'POST /export',
  'POST /aggregate',
  'GET /records/{id}/versions',
  'GET /records/{id}/versions/{version}',
  'POST /records/{id}/versions/{version}/restore',
  'GET /trash',
  'DELETE /trash',
  'DELETE /trash/{id}',
  'POST /trash/{id}/restore',
] as const
export type Route = (typeof routes)[number]

/** How a value of a field is asked for, and which rows answer when it is open: those that hold the value, others, or any. */
export const operands = (value: unknown): Readonly<Record<string, unknown>> => ({
  $eq: value,
  $ne: value,
  $gt: value,
  $gte: value,
  $lt: value,
  $lte: value,
  $in: [value],
  $nin: [value],
  $between: [value, value],
  $null: true,
  $like: value,
  $ilike: value,
  $contains: value,
  $startsWith: value,
  $endsWith: value,
  $has: value,
  $hasAny: [value],
  $hasAll: [value],
  $some: { id: value },
  $none: { id: value },
  $every: { id: value },
  $near: { lat: 45, lon: 13 },
  $within: { box: { south: -90, west: -180, north: 90, east: 180 } },
  $search: String(value),
  $nearest: { to: [1, 0, 0], k: 3 },
})

/** Places in a query where a condition on a field can stand. */
export const spellings = (condition: object): Readonly<Record<string, object>> => ({
  plain: condition,
  not: { $not: condition },
  'not not': { $not: { $not: condition } },
  'or and or': { $or: [{ $and: [{ $or: [condition] }] }] },
  'beside what is open': { $and: [{ title: { $null: false } }, condition] },
  'through a relation': Object.fromEntries(Object.entries(condition).map(([name, value]) => [`parent.${name}`, value])),
  'through two': Object.fromEntries(Object.entries(condition).map(([name, value]) => [`parent.parent.${name}`, value])),
  'back through one': Object.fromEntries(Object.entries(condition).map(([name, value]) => [`children.${name}`, value])),
  'some of the inverse': { children: { $some: condition } },
  'none of the inverse': { children: { $none: condition } },
  'every one of the inverse': { children: { $every: condition } },
})

const list = (what: string, query: Record<string, string>): Attempt => ({
  what,
  method: 'GET',
  path: docsPath,
  options: { query },
})

const queryPath = docsPath.replace('/records', '/query')
const aggregatePath = docsPath.replace('/records', '/aggregate')
const aggregated = (what: string, body: object): Attempt => ({
  what: `aggregate ${what}`,
  method: 'POST',
  path: aggregatePath,
  options: { body },
})

/** Every way in which an aggregate can name a field. */
const aggregatingWays = (name: string, value: unknown): Attempt[] => {
  const n = { count: '*' }
  const paths = [name, `parent.${name}`, `parent.parent.${name}`]
  const functions = ['count', 'countDistinct', 'sum', 'avg', 'min', 'max', 'percentile']
  return [
    ...functions.flatMap((called) =>
      paths.map((path) => {
        const aggregates = { n, x: { [called]: path, ...(called === 'percentile' && { at: 0.5 }) } }
        return aggregated(`${called} of ${path}`, { groupBy: ['status'], aggregates })
      }),
    ),
    ...paths.flatMap((path) => [
      aggregated(`by ${path}`, { groupBy: [path], aggregates: { n } }),
      aggregated(`by ${path} as`, { groupBy: [{ field: path, as: 'x' }], aggregates: {} }),
      aggregated(`by ${path} per day`, { groupBy: [{ field: path, bucket: 'day', as: 'x' }], aggregates: { n } }),
    ]),
    aggregated('of itself', { aggregates: { [name]: { max: name } } }),
    aggregated('having', { groupBy: ['status'], aggregates: { n }, having: { [name]: value } }),
    aggregated('having it', { groupBy: ['status'], aggregates: { x: { max: name } }, having: { x: { $gt: value } } }),
    aggregated('sort', { groupBy: ['status'], aggregates: { n }, sort: [name] }),
    aggregated('sort by it', { groupBy: ['status'], aggregates: { x: { min: name } }, sort: ['-x'], limit: 1 }),
    aggregated('filter', { filter: { [name]: value }, aggregates: { n } }),
    ...Object.entries(spellings({ [name]: value })).map(([spelling, filter]) =>
      aggregated(`filter ${spelling}`, { filter, groupBy: ['status'], aggregates: { n } }),
    ),
  ]
}

const asked = (what: string, body: object): Attempt => ({ what, method: 'POST', path: queryPath, options: { body } })

const batched = (what: string, ...operations: object[]): Attempt => ({
  what: `batch ${what}`,
  method: 'POST',
  path: '/api/v1/batch',
  options: { body: { operations } },
})

const near = { $near: { lat: 45, lon: 13 } }
const nearest = { $nearest: { to: [1, 0, 0] } }

/** Searches, measures and paths into JSON. */
const measuringWays = (name: string, value: unknown): Attempt[] => [
  list(`highlight ${name}`, { search: 'canary', highlight: name }),
  list(`highlight of what is searched`, {
    filter: JSON.stringify({ [name]: { $search: String(value) } }),
    highlight: 'true',
    sort: '$rank',
  }),
  asked('highlight list', { search: String(value), highlight: ['title', name] }),
  ...[near, nearest].flatMap((measured) => [
    asked('distance', { filter: { [name]: measured }, sort: ['-$distance'], fields: ['id'] }),
    asked('distance of a parent', { filter: { [`parent.${name}`]: measured } }),
    asked('no distance', { filter: { $not: { [name]: measured } }, count: 'exact' }),
    aggregated('near', { filter: { children: { $some: { [name]: measured } } }, aggregates: { n: { count: '*' } } }),
  ]),
  ...[`${name}.public`, `${name}.inside`, `${name}.0`, `parent.${name}.inside`].flatMap((path) => [
    ...[{ $startsWith: 'canary' }, { $ne: 'x' }, { $null: true }, { $has: 'x' }, { $gt: 1 }].map((condition) =>
      asked(`inside ${path}`, { filter: { [path]: condition }, count: 'exact' }),
    ),
    asked(`sort inside ${path}`, { sort: [path] }),
    list(`fields inside ${path}`, { fields: path }),
    aggregated(`inside ${path}`, { groupBy: [path], aggregates: { x: { max: path } } }),
  ]),
]

/** Every moment is one of the past then. */
export const always = '2999-01-01T00:00:00Z'

/** Versions, deleted records, and what was: each way of naming a field there. */
const rememberingWays = (own: string, foreign: string, name: string, value: unknown): Attempt[] => {
  const trash = docsPath.replace('/records', '/trash')
  const conditions = Object.entries({ ...spellings({ [name]: value }), search: { [name]: { $search: 'canary' } } })
  return [
    ...conditions.flatMap(([spelling, filter]) => [
      list(`as of, filter ${spelling}`, { asOf: always, filter: JSON.stringify(filter), count: 'exact' }),
      asked(`as of, ${spelling}`, { asOf: always, filter, count: 'upTo:3', fields: ['id'] }),
      { what: `trash ${spelling}`, method: 'GET', path: trash, options: { query: { filter: JSON.stringify(filter) } } },
    ]),
    ...[name, `-${name}`, `parent.${name}`].flatMap((sort) => [
      list(`as of, sort=${sort}`, { asOf: always, sort, limit: '2' }),
      { what: `trash sort=${sort}`, method: 'GET', path: trash, options: { query: { sort } } },
    ]),
    list('as of, highlight', { asOf: always, search: 'canary', highlight: name }),
    list('as of, count estimated', { asOf: always, [`filter[${name}]`]: String(value), count: 'estimated' }),
    list('as of, nearest', { asOf: always, filter: JSON.stringify({ [name]: nearest }), sort: '$distance' }),
    list('as of, near', { asOf: always, filter: JSON.stringify({ [name]: near }), sort: '$distance' }),
    ...[`parent(fields:${name})`, name, `children(sort:${name})`].map((expand) =>
      list(`as of, expand=${expand}`, { asOf: always, expand }),
    ),
    ...[own, foreign].flatMap((id) =>
      ['', '/versions', '/versions/1'].map((rest) => ({
        what: `get${rest} fields=${name}`,
        method: 'GET',
        path: `${docsPath}/${id}${rest}`,
        options: { query: { fields: name, ...(rest === '' && { asOf: always }) } },
      })),
    ),
    { what: 'trash fields', method: 'GET', path: trash, options: { query: { fields: name } } },
    { what: 'trash search', method: 'GET', path: trash, options: { query: { search: 'canary', sort: name } } },
    { what: 'echo of a restore', method: 'POST', path: `${docsPath}/${own}/versions/1/restore?fields=${name}` },
  ]
}

/** Totals and cursors of expanded relations. */
const expandingWays = (one: string, name: string, value: unknown): Attempt[] =>
  [
    `children(count:exact,filter:${JSON.stringify({ [name]: value })})`,
    `children(count:upTo:2,filter:${JSON.stringify({ $not: { [name]: value } })})`,
    `children(cursor:start,limit:1,sort:${name})`,
    `children(cursor:start,limit:1,sort:-parent.${name},count:exact)`,
    `children(filter:${JSON.stringify({ [name]: near })},sort:$distance)`,
    `children(filter:${JSON.stringify({ [name]: { $search: String(value) } })},sort:$rank,count:exact)`,
    `${name}(count:exact)`,
    `${name}(cursor:start)`,
  ].flatMap((expand) => [
    list(`expand=${expand}`, { expand }),
    { what: `get expand=${expand}`, method: 'GET', path: one, options: { query: { expand } } },
  ])

/** Files of all records, by each way of naming a field. */
const exportingWays = (name: string, value: unknown): Attempt[] => {
  const path = docsPath.replace('/records', '/export')
  const exported = (what: string, query: Record<string, string>): Attempt => ({
    what: `export ${what}`,
    method: 'GET',
    path,
    options: { query: { format: 'ndjson', ...query } },
  })
  return [
    ...[name, `id,${name}`].flatMap((fields) => [
      exported(`fields=${fields}`, { fields }),
      exported(`csv fields=${fields}`, { format: 'csv', fields }),
    ]),
    ...[name, `-parent.${name}`].map((sort) => exported(`sort=${sort}`, { sort, format: 'csv' })),
    ...[name, `parent(fields:${name})`, `children(sort:${name},limit:1,cursor:start,count:exact)`].map((expand) =>
      exported(`expand=${expand}`, { expand, format: 'json' }),
    ),
    ...Object.entries(spellings({ [name]: value })).flatMap(([spelling, filter]) => [
      exported(spelling, { filter: JSON.stringify(filter) }),
      {
        what: `export ${spelling} in a body`,
        method: 'POST',
        path,
        options: { body: { format: 'csv', filter, search: 'canary' } },
      },
    ]),
  ]
}

/** Records to change or delete, by a filter that finds none. */
const bulkWays = (name: string, value: unknown): Attempt[] =>
  [{ [name]: value }, { $not: { [name]: value } }, { [name]: { $search: 'x' } }, { [`parent.${name}`]: value }].flatMap(
    (condition) => {
      const filter = JSON.stringify({ $and: [condition, { id: idOf(0xffff) }] })
      return [
        { what: 'bulk patch', method: 'PATCH', path: docsPath, options: { query: { filter }, body: { title: 'x' } } },
        { what: 'bulk delete', method: 'DELETE', path: docsPath, options: { query: { filter } } },
      ]
    },
  )

/** A field of a result is named by whatever comes later in a batch. */
const referringWays = (id: string, name: string): Attempt[] => {
  const get = { action: 'get', collection: 'docs', id }
  return [
    batched('id', get, { ...get, id: `$0.${name}` }),
    batched('text', get, { action: 'create', collection: 'reports', data: { text: `$0.${name}` } }),
    batched('inside', get, { action: 'create', collection: 'reports', data: { text: `$0.${name}.0` } }),
    batched('relation', get, { action: 'create', collection: 'reports', data: { text: 'x', doc: `$0.${name}` } }),
  ]
}

/** Every way in which a reader can name a field of documents. */
export function readingWays(fixture: Fixture, name: string, value: unknown): Attempt[] {
  const { own, foreignPublished } = fixture.docs as Record<string, { id: string }>
  const one = `${docsPath}/${foreignPublished!.id}`
  return [
    ...Object.entries(operands(value)).flatMap(([operator, operand]) => [
      list(`filter ${operator}`, { filter: JSON.stringify({ [name]: { [operator]: operand } }), count: 'exact' }),
      list(`brackets ${operator}`, { [`filter[${name}][${operator}]`]: String(value) }),
    ]),
    ...Object.entries(spellings({ [name]: value })).flatMap(([spelling, filter]) => [
      list(`filter ${spelling}`, { filter: JSON.stringify(filter), count: 'exact' }),
      asked(`query ${spelling}`, { filter, count: 'upTo:3' }),
    ]),
    ...[name, `-${name}`, `title,${name}`, `parent.${name}`, `-parent.parent.${name}`].flatMap((sort) => [
      list(`sort=${sort}`, { sort, limit: '2' }),
      asked(`sort ${sort}`, { sort: [sort], fields: ['id'] }),
    ]),
    ...[name, `id,${name}`, `${name}:x`, `x:${name}`, `parent.${name}`].flatMap((fields) => [
      list(`fields=${fields}`, { fields }),
      { what: `get fields=${fields}`, method: 'GET', path: one, options: { query: { fields } } },
    ]),
    ...[
      name,
      `parent(fields:${name})`,
      `children(fields:${name})`,
      `children(sort:${name})`,
      `children(sort:-${name},limit:1)`,
      `children(filter:${JSON.stringify({ [name]: value })})`,
      `parent(expand(${name}))`,
      `parent.${name}`,
      `owner(expand(docs(fields:${name})))`,
      `org(expand(docs(sort:${name})))`,
    ].flatMap((expand) => [
      list(`expand=${expand}`, { expand }),
      { what: `get expand=${expand}`, method: 'GET', path: one, options: { query: { expand } } },
    ]),
    ...aggregatingWays(name, value),
    ...measuringWays(name, value),
    ...expandingWays(one, name, value),
    ...bulkWays(name, value),
    ...exportingWays(name, value),
    ...referringWays(foreignPublished!.id, name),
    ...rememberingWays(own!.id, foreignPublished!.id, name, value),
    list('count estimated', { [`filter[${name}]`]: String(value), count: 'estimated' }),
    list('count none', { [`filter[${name}]`]: String(value), count: 'none' }),
    ...[{ $inc: 1 }, value].map((part) => ({
      what: `patch a part ${JSON.stringify(part)}`,
      method: 'PATCH',
      path: `${docsPath}/${own!.id}`,
      options: { body: { [`${name}.part`]: part } },
    })),
    { what: 'put by', method: 'PUT', path: `${docsPath}?by=${name}`, options: { body: { [name]: value } } },
    { what: 'echo of a patch', method: 'PATCH', path: `${docsPath}/${own!.id}?fields=${name}`, options: { body: {} } },
    { what: 'echo of a put', method: 'PUT', path: `${docsPath}/${own!.id}?expand=${name}`, options: { body: {} } },
  ]
}

/** Operators that start from the value that is there. */
const operations = (value: unknown): object[] => [
  { $inc: 1 },
  { $min: value },
  { $max: value },
  { $push: value },
  { $pull: [value] },
  { $unset: true },
]

const operatingWays = (own: string, foreign: string, name: string, value: unknown): Attempt[] =>
  operations(value).flatMap((operation) => {
    const body = { [name]: operation }
    const what = JSON.stringify(body)
    return [
      ...[own, foreign, idOf(0xffff)].flatMap((id) => [
        { what: `patch ${id} ${what}`, method: 'PATCH', path: `${docsPath}/${id}`, options: { body } },
        batched(`update ${id} ${what}`, { action: 'update', collection: 'docs', id, data: body }),
        {
          what: `patch child ${id} ${what}`,
          method: 'PATCH',
          path: `${docsPath}/${own}`,
          options: { body: { children: { update: [{ ...body, id }] } } },
        },
      ]),
      { what: `bulk ${what}`, method: 'PATCH', path: docsPath, options: { query: { filter: '{"amount":-1}' }, body } },
      { what: `put ${what}`, method: 'PUT', path: `${docsPath}?by=code`, options: { body: { ...body, code: 'free' } } },
      { what: `post ${what}`, method: 'POST', path: docsPath, options: { body: { title: 'x', ...body } } },
    ]
  })

/** Every way in which a writer can name a field of documents: of a new one, an own one, a foreign one, one that is not there. */
export function writingWays(fixture: Fixture, name: string, value: unknown): Attempt[] {
  const { own, foreign } = fixture.docs as Record<string, { id: string }>
  const body = { [name]: value }
  return [
    ...operatingWays(own!.id, foreign!.id, name, value),
    { what: 'put by two', method: 'PUT', path: `${docsPath}?by=code,${name}`, options: { body } },
    { what: 'bulk patch', method: 'PATCH', path: docsPath, options: { query: { filter: '{"amount":-1}' }, body } },
    { what: 'post', method: 'POST', path: docsPath, options: { body } },
    batched('create', { action: 'create', collection: 'docs', data: { title: 'x', ...body } }),
    { what: 'post many', method: 'POST', path: docsPath, options: { body: [{ title: 'x' }, body] } },
    { what: 'post children', method: 'POST', path: docsPath, options: { body: { title: 'x', children: [body] } } },
    {
      what: 'patch children',
      method: 'PATCH',
      path: `${docsPath}/${own!.id}`,
      options: { body: { children: [body] } },
    },
    ...[own!.id, foreign!.id, idOf(0xffff)].flatMap((id) => [
      { what: `put by id ${id}`, method: 'PUT', path: docsPath, options: { body: { ...body, id } } },
      { what: `put many by ${id}`, method: 'PUT', path: docsPath, options: { body: [{ ...body, id }] } },
      {
        what: `patch child ${id}`,
        method: 'PATCH',
        path: `${docsPath}/${own!.id}`,
        options: { body: { children: [{ ...body, id }] } },
      },
    ]),
    ...['', '?by=id', '?by=code', '?onError=abort'].map((search) => ({
      what: `import ${search}`,
      method: 'POST',
      path: docsPath.replace('/records', `/import${search}`),
      options: {
        body: [body, { ...body, id: own!.id }, { ...body, code: 'free' }, { title: 'x', children: [body] }]
          .map((line) => JSON.stringify(line))
          .join('\n'),
        headers: { 'content-type': 'application/x-ndjson' },
      },
    })),
    ...changesByFilter(name, value),
    ...['x', '{x', '[1', '""', '5', '"[""\\ud800""]"'].map((cell) => ({
      what: `import a cell ${cell}`,
      method: 'POST',
      path: docsPath.replace('/records', '/import?by=id'),
      options: {
        body: `${name},id,title\n${cell},${own!.id},x\n${cell},,x\n`,
        headers: { 'content-type': 'text/csv' },
      },
    })),
    { what: `put by ${name}`, method: 'PUT', path: `${docsPath}?by=${name}`, options: { body } },
    { what: 'post nested', method: 'POST', path: docsPath, options: { body: { parent: body, ...body } } },
    ...[own!.id, foreign!.id, idOf(0xffff)].flatMap((id) => [
      { what: `patch ${id}`, method: 'PATCH', path: `${docsPath}/${id}`, options: { body } },
      { what: `patch null ${id}`, method: 'PATCH', path: `${docsPath}/${id}`, options: { body: { [name]: null } } },
      { what: `put ${id}`, method: 'PUT', path: `${docsPath}/${id}`, options: { body } },
      {
        what: `patch dotted ${id}`,
        method: 'PATCH',
        path: `${docsPath}/${id}`,
        options: { body: { [`${name}.x`]: 1 } },
      },
      batched(`update ${id}`, { action: 'update', collection: 'docs', id, data: body }),
      batched(`upsert ${id}`, { action: 'upsert', collection: 'docs', id, data: body }),
    ]),
  ]
}

/** Of all records a filter finds: what finds them, what changes in them, and by what operator. */
function changesByFilter(name: string, value: unknown): Attempt[] {
  const byFilter = (what: string, method: 'PATCH' | 'DELETE', filter: object, body?: object): Attempt => ({
    what: `${what} by filter`,
    method,
    path: docsPath,
    options: { query: { filter: JSON.stringify(filter) }, body },
  })
  const mine = { title: { $null: false } }
  return [
    ...Object.entries(spellings({ [name]: value })).flatMap(([spelling, filter]) => [
      byFilter(`patch ${spelling}`, 'PATCH', filter, { title: 'found' }),
      byFilter(`delete ${spelling}`, 'DELETE', filter),
    ]),
    byFilter('patch', 'PATCH', mine, { [name]: value }),
    ...Object.entries({ $inc: 1, $max: 1, $push: 'x', $pull: 'x', $unset: true, $none: 1 }).flatMap(
      ([operator, by]) => [byFilter(`patch ${operator}`, 'PATCH', mine, { [name]: { [operator]: by } })],
    ),
  ]
}
