import { HoldfastError } from '@holdfast/sdk'
import type { DemoClient, Persona, Personas } from './personas.js'
import { formatTable } from './table.js'
import { type SeenRequest, toCurl } from './watch-requests.js'

type Row = Readonly<Record<string, unknown>>

/** One thing to show: a query, who asks it, and what to show of the answers. */
export interface Scenario {
  readonly title: string
  readonly as: readonly Persona[]
  /** Source of the query, and what it answers as rows. */
  readonly source: string
  run(client: DemoClient): Promise<Row[]>
}

/** The source that is shown is the source that runs. */
export const scenario = <T>(
  title: string,
  as: readonly Persona[],
  query: (client: DemoClient) => Promise<T>,
  rows: (answer: T) => Row[],
): Scenario => ({ title, as, source: sourceOf(query), run: async (client) => rows(await query(client)) })

const sourceOf = (query: (client: DemoClient) => unknown): string => {
  const [first = '', ...rest] = String(query)
    .replace(/^(async )?\(client\) => /, '')
    .split('\n')
  const indent = Math.min(...rest.filter((line) => line.trim()).map((line) => line.search(/\S/)))
  return [first, ...rest.map((line) => line.slice(indent))].join('\n')
}

/** Asks as everybody and prints the query and one table of all answers. */
export async function showScenario(
  number: number,
  { title, as, source, run }: Scenario,
  personas: Personas,
  takeRequests: () => SeenRequest[],
): Promise<void> {
  const rows: Row[] = []
  takeRequests()
  let requests: SeenRequest[] = []
  for (const persona of as) {
    rows.push(...(await answersOf(persona, run, personas[persona])))
    requests = takeRequests()
  }
  console.log(`\n${number}. ${title}\n\n${indented(source, '  ')}`)
  for (const request of requests.slice(0, 2)) console.log(`  ${toCurl(request)}`)
  if (requests.length > 2) console.log(`  … and ${requests.length - 2} requests more`)
  console.log(`\n${formatTable(rows)}`)
}

async function answersOf(persona: Persona, run: Scenario['run'], client: DemoClient): Promise<Row[]> {
  try {
    const rows = await run(client)
    return rows.length > 0 ? rows.map((row) => ({ as: persona, ...row })) : [{ as: persona, answer: 'nothing' }]
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error
    const places = error.errors.map(({ message }) => message)
    const texts = places.length > 0 ? places : [error.detail]
    return texts.map((text) => ({ as: persona, answer: `${error.status} ${error.code}`, why: text }))
  }
}

const indented = (text: string, indent: string): string =>
  text
    .split('\n')
    .map((line) => indent + line)
    .join('\n')
