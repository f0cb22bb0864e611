import { parseArgs } from 'node:util'
import { describeError, UsageError } from './errors.js'
import { testRules } from './rules/test-rules.js'
import { writeTypes } from './write-types.js'

const help = `Holdfast command line

Usage
  holdfast types [options] > schema.d.ts     TypeScript types of the collections, for createClient<Schema>
  holdfast rules test [options]              try the tests of the rules; exit code 1 when one fails

Options
  --url <url>            the server; else HOLDFAST_URL, else http://127.0.0.1:4400
  --token <token>        an admin's access token or API key; else HOLDFAST_TOKEN
  --email <email>        sign in as this admin instead; else HOLDFAST_EMAIL
  --password <password>  else HOLDFAST_PASSWORD, else asked for
  --out <file>           types: write to a file, and only when all went well
  --collection <name>    rules test: only those of this collection
  --file <file>          rules test: definitions (JSON) to try in place of those the server has
  -h, --help             this text
`

const options = {
  url: { type: 'string' },
  token: { type: 'string' },
  email: { type: 'string' },
  password: { type: 'string' },
  out: { type: 'string' },
  collection: { type: 'string' },
  file: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

/** What a command leaves behind: exit code 0 done, 1 failed, 2 wrong usage. */
export interface Outcome {
  readonly exitCode: 0 | 1 | 2
  readonly stdout: string
  readonly stderr: string
}

/** Runs one command line. */
export async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Outcome> {
  try {
    const { stdout, failed } = await runCommand(args, env)
    return { exitCode: failed ? 1 : 0, stdout, stderr: '' }
  } catch (error) {
    const wrongUsage = error instanceof UsageError
    const tail = wrongUsage ? '\nSee holdfast --help\n' : '\n'
    return { exitCode: wrongUsage ? 2 : 1, stdout: '', stderr: `holdfast: ${describeError(error)}${tail}` }
  }
}

/** What a command says, and whether it found something to fail about. */
interface Result {
  readonly stdout: string
  readonly failed?: boolean
}

async function runCommand(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Result> {
  const { values, positionals } = parse(args)
  const [command, ...rest] = positionals
  const { out, collection, file, help: asked, ...connection } = values
  if (asked || command === undefined || command === 'help') return { stdout: help }
  if (command === 'rules') {
    if (rest[0] !== 'test') throw new UsageError(`rules takes a command: rules test`)
    refuse(command, rest.slice(1), { out })
    return testRules({ ...connection, collection, file }, env)
  }
  if (command !== 'types') throw new UsageError(`There is no command ${command}`)
  refuse(command, rest, { collection, file })
  return { stdout: await writeTypes({ ...connection, out }, env) }
}

/** What a command does not take. @throws UsageError */
function refuse(command: string, words: readonly string[], unfit: Readonly<Record<string, unknown>>): void {
  const options = Object.keys(unfit).filter((name) => unfit[name] !== undefined)
  const strange = [...words, ...options.map((name) => `--${name}`)]
  if (strange.length > 0) throw new UsageError(`${command} takes no ${strange.join(' ')}`)
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}
