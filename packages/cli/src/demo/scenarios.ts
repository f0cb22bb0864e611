import { expandMetaOf, matchOf } from '@holdfast/sdk'
import { demoId } from './demo-id.js'
import type { Persona } from './personas.js'
import { type Scenario, scenario } from './scenario.js'

const everybody: readonly Persona[] = ['anonymous', 'user', 'admin']

type Fields = Readonly<Record<string, unknown>>

/** Only what the answer holds: a field that is closed to the caller is absent. */
const pick = (record: Fields, ...names: string[]): Fields =>
  Object.fromEntries(names.filter((name) => name in record).map((name) => [name, record[name]]))

const watchedId = demoId('watchlist', 'demo', 0)

/** What the demo shows, in order. */
export const scenarios: readonly Scenario[] = [
  scenario(
    'Rules decide which rows there are: how many movies does each of them see?',
    everybody,
    (client) => client.collection('movies').list({ count: 'exact', limit: 1 }),
    ({ meta }) => [{ movies: meta.total }],
  ),
  scenario(
    'And which fields, row by row: budgets are open for users once a film is old',
    everybody,
    (client) =>
      client.collection('movies').list({
        filter: { title: { $in: ['Titanic', 'Avatar'] } },
        sort: 'releaseDate',
      }),
    ({ data }) =>
      data.map((movie) => pick(movie, 'title', 'releaseDate', 'usGross', 'worldwideGross', 'budget', 'profit')),
  ),
  scenario(
    'What one may not read, one cannot ask for: a filter on a closed field is no way round',
    everybody,
    (client) =>
      client.collection('movies').list({
        filter: { budget: { $gte: 150_000_000 } },
        sort: '-budget',
        limit: 3,
      }),
    ({ data }) => data.map((movie) => pick(movie, 'title', 'releaseDate', 'budget')),
  ),
  scenario(
    'Conditions combine',
    ['anonymous'],
    (client) =>
      client.collection('movies').list({
        filter: {
          imdbVotes: { $gte: 50_000 },
          $or: [
            { title: { $ilike: '%lord of the rings%' } },
            { director: 'Quentin Tarantino', imdbRating: { $gt: 8 } },
          ],
        },
        sort: ['-imdbRating', 'title'],
        fields: ['title', 'director', 'imdbRating'],
        limit: 6,
      }),
    ({ data }) => data,
  ),
  scenario(
    'Relations come along in the same request, sorted and limited',
    ['anonymous'],
    (client) =>
      client.collection('airports').first({
        filter: { code: 'SFO' },
        expand: {
          routesOut: { sort: '-flights', limit: 4, expand: { destination: { fields: ['code', 'city'] } } },
        },
      }),
    (airport) =>
      airport?.expand.routesOut.map((route: Fields & { expand: { destination: Fields } }) => ({
        from: airport.name,
        to: `${route.expand.destination['code']} ${route.expand.destination['city']}`,
        flights: route['flights'],
      })) ?? [],
  ),
  scenario(
    'Filters and sorts follow relations',
    ['anonymous'],
    (client) =>
      client.collection('routes').list({
        filter: { 'origin.state': 'HI', 'destination.state': 'CA' },
        sort: '-flights',
        expand: { origin: { fields: ['code', 'city'] }, destination: { fields: ['code', 'city'] } },
        limit: 4,
      }),
    ({ data }) =>
      data.map(({ flights, expand }) => ({
        from: `${expand.origin.code} ${expand.origin.city}`,
        to: `${expand.destination.code} ${expand.destination.city}`,
        flights,
      })),
  ),
  scenario(
    'No rule means no: single flights are for users',
    ['anonymous', 'user'],
    (client) =>
      client.collection('flights').list({
        filter: { 'origin.code': 'ORD', late: true },
        sort: '-delayMinutes',
        fields: ['departsAt', 'delayMinutes', 'distanceMiles'],
        limit: 3,
      }),
    ({ data }) => data,
  ),
  scenario(
    'Everybody sees what was reviewed; users also what machines report',
    everybody,
    (client) => client.collection('earthquakes').list({ filter: { magnitude: { $gte: 2 } }, count: 'exact', limit: 1 }),
    ({ meta }) => [{ earthquakes: meta.total }],
  ),
  scenario(
    'Lists, places and times',
    ['anonymous'],
    (client) =>
      client.collection('earthquakes').list({
        filter: { products: { $hasAll: ['shakemap', 'moment-tensor'] }, felt: { $gt: 100 } },
        sort: '-magnitude',
        fields: ['place', 'magnitude', 'at', 'position', 'felt'],
        limit: 4,
      }),
    ({ data }) => data,
  ),
  scenario(
    'Search forgives typos and finds other forms of a word; the best come first',
    ['anonymous'],
    (client) =>
      client.collection('movies').list({
        search: 'Spielburg dinosaur OR alien',
        fields: ['title', 'director', 'imdbRating'],
        limit: 4,
      }),
    ({ data }) =>
      data.map((movie) => ({ ...pick(movie, 'title', 'director', 'imdbRating'), rank: matchOf(movie)?.rank })),
  ),
  scenario(
    'What is near? Sorted by distance, with what hangs on it counted in the same answer',
    ['anonymous'],
    (client) =>
      client.collection('airports').list({
        filter: {
          position: { $near: { lat: 40.7128, lon: -74.006, km: 50 } },
          routesOut: { $some: { flights: { $gt: 0 } } },
        },
        expand: { routesOut: { sort: '-flights', limit: 1, count: 'exact' } },
        limit: 4,
      }),
    ({ data }) =>
      data.map((airport) => ({
        code: airport.code,
        name: airport.name,
        km: matchOf(airport)?.distance,
        routes: expandMetaOf(airport)?.['routesOut']?.total,
      })),
  ),
  scenario(
    'Numbers instead of records, under the same rules: how late are flights, month by month?',
    ['anonymous', 'user'],
    (client) =>
      client.collection('flights').aggregate({
        groupBy: [{ field: 'departsAt', bucket: 'month', as: 'month' }],
        aggregates: {
          flights: { count: '*' },
          late: { avg: 'delayMinutes' },
          p90: { percentile: 'delayMinutes', at: 0.9 },
        },
      }),
    (rows) => rows,
  ),
  scenario(
    'Groups follow relations: from which states does one fly most?',
    ['anonymous'],
    (client) =>
      client.collection('routes').aggregate({
        groupBy: ['origin.state'],
        aggregates: { flights: { sum: 'flights' }, airports: { countDistinct: 'origin' } },
        having: { flights: { $gte: 100_000 } },
        sort: '-flights',
        limit: 4,
      }),
    (rows) => rows,
  ),
  scenario(
    'A user writes: the rule sets the owner, nobody else can',
    ['anonymous', 'user'],
    async (client) => {
      const matrix = await client.collection('movies').first({ filter: { title: 'The Matrix' } })
      return client.collection('watchlist').upsert(watchedId, { movie: matrix?.id, note: 'again' })
    },
    (entry) => [pick(entry, 'note', 'seen', 'owner')],
  ),
  scenario(
    'Everybody reads only the own list; admins read all',
    ['user', 'admin'],
    (client) => client.collection('watchlist').list({ expand: { movie: true, owner: true }, limit: 3 }),
    ({ data }) =>
      data.map(({ note, expand }) => ({
        movie: expand.movie?.title,
        note,
        owner: expand.owner?.email ?? 'not to be read',
      })),
  ),
  scenario(
    'A condition on related records sees only what the caller sees',
    everybody,
    (client) =>
      client.collection('movies').list({
        filter: { watchers: { $some: { seen: false } } },
        fields: ['title', 'genre'],
      }),
    ({ data }) => data,
  ),
  scenario(
    'Whoever may not write is told so, and bad input is named place by place',
    everybody,
    (client) => client.collection('airports').create({ code: 'sfo!', name: 'Nowhere', position: { lat: 91, lon: 0 } }),
    (airport) => [pick(airport, 'code')],
  ),
  scenario(
    'Permissions explain themselves: why can a user not read what Avatar cost?',
    ['admin'],
    async (client) => {
      const movie = await client.collection('movies').first({ filter: { title: 'Avatar' } })
      return client.admin.permissions.explain({
        as: { role: 'user' },
        action: 'read',
        collection: 'movies',
        id: String(movie?.id),
      })
    },
    ({ fields }) =>
      ['title', 'worldwideGross', 'budget'].map((field) => ({
        field,
        readable: fields[field]?.readable,
        why: fields[field]?.why,
      })),
  ),
  scenario(
    'Page after page, stable while others write: the best genre of all rated films',
    ['anonymous'],
    async (client) => {
      const ratings = new Map<string, number[]>()
      for await (const { genre, imdbRating } of client.collection('movies').all({
        filter: { genre: { $null: false }, imdbVotes: { $gte: 1000 } },
        fields: ['genre', 'imdbRating'],
      }))
        ratings.set(genre, [...(ratings.get(genre) ?? []), imdbRating])
      return ratings
    },
    (ratings) =>
      [...ratings]
        .map(([genre, each]) => ({
          genre,
          films: each.length,
          average: each.reduce((sum, one) => sum + one, 0) / each.length,
        }))
        .sort((a, b) => b.average - a.average)
        .slice(0, 4),
  ),
]
