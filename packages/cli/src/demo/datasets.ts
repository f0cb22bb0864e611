import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { cleanMovie, type RawMovie } from './clean-movies.js'
import { Cleaning } from './cleaning.js'
import { demoId } from './demo-id.js'

/** The records of one collection, with their ids, and what was corrected on the way. */
export interface Dataset {
  readonly collection: string
  readonly file: string
  readonly records: readonly Record<string, unknown>[]
  readonly cleaning: readonly string[]
}

const folder = join(createRequire(import.meta.url).resolve('vega-datasets'), '../../data')

const readText = (file: string): string => readFileSync(join(folder, file), 'utf8')
const readCsv = <T>(file: string): T[] => parse(readText(file), { columns: true }) as T[]
const readJson = <T>(file: string): T => JSON.parse(readText(file)) as T

/** All files as records, those that others point at first. */
export function readDatasets(): Dataset[] {
  const airports = readCsv<RawAirport>('airports.csv')
  const airportIds = new Map(airports.map(({ iata }, position) => [iata, demoId('airports', iata, position)]))
  return [
    dataset('airports', 'airports.csv', airports, (raw) => raw.iata, cleanAirport),
    dataset('routes', 'flights-airport.csv', readCsv<RawRoute>('flights-airport.csv'), routeKey, (raw) => ({
      origin: airportIds.get(raw.origin),
      destination: airportIds.get(raw.destination),
      flights: Number(raw.count),
    })),
    dataset('flights', 'flights-20k.json', readJson<RawFlight[]>('flights-20k.json'), JSON.stringify, (raw) => ({
      origin: airportIds.get(raw.origin),
      destination: airportIds.get(raw.destination),
      departsAt: `${raw.date.replaceAll('/', '-').replace(' ', 'T')}:00Z`,
      delayMinutes: raw.delay,
      distanceMiles: raw.distance,
    })),
    dataset('movies', 'movies.json', readJson<RawMovie[]>('movies.json'), movieKey, cleanMovie),
    dataset(
      'earthquakes',
      'earthquakes.json',
      readJson<RawQuakes>('earthquakes.json').features,
      (raw) => raw.id,
      cleanQuake,
    ),
  ]
}

function dataset<Raw>(
  collection: string,
  file: string,
  rows: readonly Raw[],
  keyOf: (raw: Raw) => string,
  clean: (raw: Raw, cleaning: Cleaning) => Record<string, unknown>,
): Dataset {
  const cleaning = new Cleaning()
  const records = rows.map((raw, position) => ({
    id: demoId(collection, keyOf(raw), position),
    ...clean(raw, cleaning),
  }))
  return { collection, file, records, cleaning: cleaning.report() }
}

interface RawAirport {
  readonly iata: string
  readonly name: string
  readonly city: string
  readonly state: string
  readonly country: string
  readonly latitude: string
  readonly longitude: string
}

function cleanAirport(raw: RawAirport, cleaning: Cleaning): Record<string, unknown> {
  const known = (value: string, what: string): string | null => {
    if (value !== 'NA') return value
    cleaning.note(`airports whose ${what} is "NA", kept without one`, raw.iata)
    return null
  }
  return {
    code: raw.iata,
    name: raw.name,
    city: known(raw.city, 'city'),
    state: known(raw.state, 'state'),
    country: raw.country,
    position: { lat: Number(raw.latitude), lon: Number(raw.longitude) },
  }
}

interface RawRoute {
  readonly origin: string
  readonly destination: string
  readonly count: string
}

const routeKey = ({ origin, destination }: RawRoute): string => `${origin}-${destination}`

interface RawFlight {
  readonly date: string
  readonly delay: number
  readonly distance: number
  readonly origin: string
  readonly destination: string
}

const movieKey = (raw: RawMovie): string => `${raw.Title} ${raw['Release Date']}`

interface RawQuakes {
  readonly features: readonly RawQuake[]
}

interface RawQuake {
  readonly id: string
  readonly properties: {
    readonly mag: number
    readonly magType: string
    readonly place: string
    readonly time: number
    readonly type: string
    readonly status: string
    readonly tsunami: 0 | 1
    readonly felt: number | null
    readonly sig: number
    readonly alert: string | null
    readonly net: string
    readonly url: string
    readonly types: string
  }
  readonly geometry: { readonly coordinates: readonly [lon: number, lat: number, depth: number] }
}

function cleanQuake({ id, properties, geometry }: RawQuake): Record<string, unknown> {
  const [lon, lat, depth] = geometry.coordinates
  return {
    code: id,
    place: properties.place,
    at: new Date(properties.time).toISOString(),
    magnitude: properties.mag,
    magnitudeScale: properties.magType,
    kind: properties.type,
    status: properties.status,
    position: { lat, lon },
    depthKm: depth,
    tsunami: properties.tsunami === 1,
    felt: properties.felt,
    significance: properties.sig,
    alert: properties.alert,
    network: properties.net,
    products: properties.types.split(',').filter((product) => product !== ''),
    url: properties.url,
  }
}
