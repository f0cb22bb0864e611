import { HoldfastError } from '@holdfast/sdk'
import type { DemoClient, Persona, Personas } from './personas.js'
import type { Output } from './progress.js'
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

/** The body of the query as it would be typed: two spaces deep, without braces around it. */
function sourceOf(query: (client: DemoClient) => unknown): string {
  const text = String(query)
    .replace(/^(async )?\(client\) => /, '')
    .replaceAll(';\n', '\n')
    .replaceAll('    ', '  ')
  const lines = text.startsWith('{') ? text.split('\n').slice(1, -1) : text.split('\n')
  const rest = (text.startsWith('{') ? lines : lines.slice(1)).filter((line) => line.trim() !== '')
  const indent = Math.min(...rest.map((line) => line.search(/\S/)))
  return lines.map((line) => (rest.includes(line) ? line.slice(indent) : line)).join('\n')
}

/** Asks as everybody and prints the query and one table of all answers. */
export async function showScenario(
  number: number,
  { title, as, source, run }: Scenario,
  personas: Personas,
  takeRequests: () => SeenRequest[],
  output: Output,
): Promise<void> {
  const print = (text: string): unknown => output.write(`${text}\n`)
  takeRequests()
  const answers: Answer[] = []
  let requests: SeenRequest[] = []
  for (const persona of as) {
    answers.push(await answerOf(persona, run, personas[persona]))
    requests = takeRequests()
  }
  print(`\n${number}. ${title}\n\n${indented(source, '  ')}\n`)
  for (const request of requests.slice(0, 2)) print(`  ${toCurl(request)}`)
  if (requests.length > 2) print(`  … and ${requests.length - 2} requests more`)
  const rows = answers.flatMap((answer) => answer.rows)
  if (rows.length > 0) print(`\n${formatTable(rows)}`)
  const remarks = answers.flatMap((answer) => answer.remarks)
  if (remarks.length > 0) print(`\n${indented(remarks.join('\n'), '  ')}`)
}

interface Answer {
  readonly rows: readonly Row[]
  /** Said under the table: errors, and that there is nothing. */
  readonly remarks: readonly string[]
}

async function answerOf(persona: Persona, run: Scenario['run'], client: DemoClient): Promise<Answer> {
  try {
    const rows = await run(client)
    return {
      rows: rows.map((row) => ({ as: persona, ...row })),
      remarks: rows.length > 0 ? [] : [`${persona}: nothing`],
    }
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error
    const texts = error.errors.length > 0 ? error.errors.map(({ message }) => message) : [error.detail]
    return { rows: [], remarks: texts.map((text) => `${persona}: ${error.status} ${error.code}: ${text}`) }
  }
}

const indented = (text: string, indent: string): string =>
  text
    .split('\n')
    .map((line) => indent + line)
    .join('\n')
