import { parseArgs } from 'node:util'
import { type Operation, operations } from './operations.js'

export interface Options {
  readonly operations: readonly Operation[]
  readonly quick: boolean
  readonly jsonPath: string
  /** Profiles both sides in this operation instead of measuring. */
  readonly profile: Operation | undefined
  /** Compares this server with itself on a table of so many rows, instead of with the floor. */
  readonly scaleRows: number | undefined
  /** Measures realtime instead: idle connections, and how fast a write reaches its subscribers. */
  readonly realtime: boolean
  /** Measures how long others wait while many sign in, instead. */
  readonly signIns: boolean
}

const names = operations.map(({ name }) => name)

export const help = `Measures this server beside a hand-tuned one on the same data. See docs/benchmark.md.

  --quick            1 s of warm-up and 3 s per stretch instead of 3 s and 10 s
  --only a,b         only these operations: ${names.join(', ')}
  --json PATH        where the figures go (default bench-results.json)
  --profile NAME     the functions in which both spend their time in that operation
  --scale ROWS       this server beside itself: 100,000 posts and ROWS of them (10000000 needs 15 GB of disk)
  --realtime         what idle connections take, and how fast one write reaches 1,000 subscribers
  --sign-ins         how long others wait for a page while fifty people sign in at once
  --help             this text

DATABASE_URL names a PostgreSQL server to use; a database is created there and dropped again.
Without it an embedded PostgreSQL runs in a temporary folder.`

/** @returns undefined when only the help is wanted. @throws when an argument is not understood */
export function parseOptions(args: string[]): Options | undefined {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: names.join(',') },
      json: { type: 'string', default: 'bench-results.json' },
      profile: { type: 'string' },
      scale: { type: 'string' },
      realtime: { type: 'boolean', default: false },
      'sign-ins': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  return {
    operations: values.only.split(',').map(getOperation),
    quick: values.quick,
    jsonPath: values.json,
    profile: values.profile === undefined ? undefined : getOperation(values.profile),
    scaleRows: values.scale === undefined ? undefined : parseRows(values.scale),
    realtime: values.realtime,
    signIns: values['sign-ins'],
  }
}

function parseRows(text: string): number {
  const rows = Number(text)
  if (!Number.isInteger(rows / 100) || rows < 200_000)
    throw new Error('--scale takes a number of rows from 200000 on, in hundreds')
  return rows
}

function getOperation(name: string): Operation {
  const found = operations.find((operation) => operation.name === name)
  if (!found) throw new Error(`There is no operation ${name}; there are ${names.join(', ')}`)
  return found
}
