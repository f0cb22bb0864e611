import { createClient, memoryStorage, type UntypedSchema } from '@holdfast/sdk'
import { type ClientWithAdmin, withAdmin } from '@holdfast/sdk/admin'
import { ask, askSecret, isInteractive } from './ask.js'
import { UsageError } from './errors.js'

export const defaultUrl = 'http://127.0.0.1:4400'

/** How a command reaches a server and proves who runs it. */
export interface Connection {
  readonly url?: string
  readonly token?: string
  readonly email?: string
  readonly password?: string
}

type Environment = Readonly<Record<string, string | undefined>>

/** Options first, then the environment, then a question where there is a terminal. */
export async function connect(options: Connection, env: Environment): Promise<ClientWithAdmin<UntypedSchema>> {
  const url = parseUrl(options.url ?? env['HOLDFAST_URL'] ?? defaultUrl)
  const token = options.token ?? (options.email ? undefined : env['HOLDFAST_TOKEN'])
  const client = withAdmin(createClient(url, { token, storage: memoryStorage() }))
  if (token === undefined) await client.auth.signInWithPassword(await readCredentials(options, env))
  return client
}

async function readCredentials(options: Connection, env: Environment): Promise<{ email: string; password: string }> {
  const givenEmail = options.email ?? env['HOLDFAST_EMAIL']
  const givenPassword = options.password ?? env['HOLDFAST_PASSWORD']
  if ((!givenEmail || !givenPassword) && !isInteractive())
    throw new UsageError(
      'Say who you are: --token, or --email and --password (or HOLDFAST_TOKEN, HOLDFAST_EMAIL, HOLDFAST_PASSWORD)',
    )
  const email = givenEmail ?? (await ask('E-mail of an admin: '))
  return { email, password: givenPassword ?? (await askSecret('Password: ')) }
}

function parseUrl(text: string): string {
  const url = URL.parse(text)
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new UsageError(`${text} is not the URL of a server; write it like ${defaultUrl}`)
  return text
}
