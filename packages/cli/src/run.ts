import { parseArgs } from 'node:util'
import { describeError, UsageError } from './errors.js'
import { writeTypes } from './write-types.js'

const help = `Holdfast command line

Usage
  holdfast types [options] > schema.d.ts     TypeScript types of the collections, for createClient<Schema>

Options
  --url <url>            the server; else HOLDFAST_URL, else http://127.0.0.1:4400
  --token <token>        an admin's access token or API key; else HOLDFAST_TOKEN
  --email <email>        sign in as this admin instead; else HOLDFAST_EMAIL
  --password <password>  else HOLDFAST_PASSWORD, else asked for
  --out <file>           write to a file, and only when all went well
  -h, --help             this text
`

const options = {
  url: { type: 'string' },
  token: { type: 'string' },
  email: { type: 'string' },
  password: { type: 'string' },
  out: { type: 'string' },
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
    return { exitCode: 0, stdout: await runCommand(args, env), stderr: '' }
  } catch (error) {
    const wrongUsage = error instanceof UsageError
    const tail = wrongUsage ? '\nSee holdfast --help\n' : '\n'
    return { exitCode: wrongUsage ? 2 : 1, stdout: '', stderr: `holdfast: ${describeError(error)}${tail}` }
  }
}

function runCommand(args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> | string {
  const { values, positionals } = parse(args)
  const [command, ...rest] = positionals
  if (values.help || command === undefined || command === 'help') return help
  if (command !== 'types') throw new UsageError(`There is no command ${command}`)
  if (rest.length > 0) throw new UsageError(`types takes no ${rest.join(' ')}`)
  return writeTypes(values, env)
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}
