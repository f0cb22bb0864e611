import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import papaparse from 'papaparse'
import type { Plugin } from 'vite'

const name = 'virtual:demo-data'
const folder = join(createRequire(import.meta.url).resolve('vega-datasets'), '../../data')

/** The rows of the demo as a module, so that they are a lazy file of the build like any other; see `src/first-run/demo`. */
export const demoData = (): Plugin => ({
  name: 'demo-data',
  resolveId: (id) => (id === name ? `\0${name}` : undefined),
  load: async (id) => (id === `\0${name}` ? writeModule() : undefined),
})

async function writeModule(): Promise<string> {
  const airports = await readRows('airports.csv')
  const routes = await readRows('flights-airport.csv')
  const known = (value: string | undefined): string | null => (value === 'NA' ? null : (value ?? null))
  const data = {
    airports: airports.map(({ iata, name, city, state, country, latitude, longitude }) => [
      ...[iata, name, known(city), known(state), country],
      ...[Number(latitude), Number(longitude)],
    ]),
    routes: routes.map(({ origin, destination, count }) => [origin, destination, Number(count)]),
  }
  // Parsing JSON is faster than running the same as script.
  return `export const { airports, routes } = JSON.parse(${JSON.stringify(JSON.stringify(data))})`
}

const readRows = async (file: string): Promise<Record<string, string>[]> =>
  papaparse.parse<Record<string, string>>(await readFile(join(folder, file), 'utf8'), {
    header: true,
    skipEmptyLines: true,
  }).data
