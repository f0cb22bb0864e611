import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createClient, HoldfastError, memoryStorage, type UntypedSchema } from '@holdfast/sdk'
import { type ClientWithAdmin, withAdmin } from '@holdfast/sdk/admin'
import { ask, askSecret, isInteractive } from '../ask.js'

export interface Credentials {
  readonly email: string
  readonly password: string
}

export type DemoClient = ClientWithAdmin<UntypedSchema>

/** Anybody, somebody with an account, and an admin. */
export type Persona = 'anonymous' | 'user' | 'admin'

export type Personas = Readonly<Record<Persona, DemoClient>>

/** An ordinary account that sees only what its rules give it; anybody could sign up for the same. */
export const demoUser: Credentials = { email: 'viewer@example.com', password: 'demo-viewer' }

const credentialsFile = (env: NodeJS.ProcessEnv): string => join(env['DATA_DIR'] ?? './data', 'demo-admin.json')

/** The first admin of a server that the demo starts: as told, as in an earlier demo, or new and kept for the next one. */
export function firstAdmin(env: NodeJS.ProcessEnv): Credentials {
  const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = env
  if (email && password) return { email, password }
  const file = credentialsFile(env)
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Credentials
  const credentials = { email: 'admin@example.com', password: randomBytes(12).toString('base64url') }
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, `${JSON.stringify(credentials)}\n`, { mode: 0o600 })
  return credentials
}

/** Who the admin of a server is that was running before. */
export async function existingAdmin(env: NodeJS.ProcessEnv): Promise<Credentials> {
  const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = env
  if (email && password) return { email, password }
  const file = credentialsFile(env)
  // They belong to the server of this folder: no other one is told them.
  if (!env['HOLDFAST_URL'] && existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Credentials
  if (!isInteractive()) throw new Error('The demo needs an admin of this server: set ADMIN_EMAIL and ADMIN_PASSWORD')
  return { email: email ?? (await ask('E-mail of an admin: ')), password: await askSecret('Password: ') }
}

/** Signs everybody in. `fetch` sees every request. */
export async function signInAll(url: string, admin: Credentials, watch: typeof fetch): Promise<Personas> {
  const clientOf = (): DemoClient => withAdmin(createClient(url, { storage: memoryStorage(), fetch: watch }))
  const personas = { anonymous: clientOf(), user: clientOf(), admin: clientOf() }
  await personas.admin.auth.signInWithPassword(admin).catch((error: unknown) => {
    if (!isRefused(error)) throw error
    throw new Error(`${admin.email} cannot sign in: set ADMIN_EMAIL and ADMIN_PASSWORD to an admin of this server`)
  })
  await personas.user.auth.signInWithPassword(demoUser).catch((error: unknown) => {
    if (!isRefused(error)) throw error
    return personas.user.auth.signUp(demoUser)
  })
  return personas
}

const isRefused = (error: unknown): boolean => error instanceof HoldfastError && error.code === 'invalid_credentials'
