import { readFileSync } from 'node:fs'
import type { CollectionDefinition } from '@holdfast/contract'
import { type ClientOptions, createClient, memoryStorage, type TokenStorage } from '@holdfast/sdk'
import { type ClientWithAdmin, withAdmin } from '@holdfast/sdk/admin'
import type { Schema } from '../../../../../packages/sdk/fixtures/schema.js'
import { startServer, type TestServer } from '../../support/index.js'

export type TestClient = ClientWithAdmin<Schema>

export const admin = { email: 'admin@example.com', password: 'correct horse battery' }
export const ada = { email: 'ada@example.com', password: 'analytical engine' }

const fixtures = new URL('../../../../../packages/sdk/fixtures/collections.json', import.meta.url)

/** A server with the collections that the SDK's examples and types speak of, and its admin. */
export async function startSdkServer(
  env: Record<string, string> = {},
  start = startServer,
): Promise<{ server: TestServer; admin: TestClient }> {
  const server = await start({ ADMIN_EMAIL: admin.email, ADMIN_PASSWORD: admin.password, ...env })
  const client = connect(server)
  await client.auth.signInWithPassword(admin)
  await defineFixtures(client)
  return { server, admin: client }
}

async function defineFixtures(client: TestClient): Promise<void> {
  const wanted: CollectionDefinition[] = JSON.parse(readFileSync(fixtures, 'utf8'))
  const users = await client.admin.collections.get('users')
  const collections = wanted.map((definition) =>
    definition.name === 'users' ? { ...users, ...definition } : definition,
  )
  const { hash } = await client.admin.schema.plan({ collections })
  await client.admin.schema.apply({ collections, hash })
}

export const connect = (server: Pick<TestServer, 'url'>, options: ClientOptions = {}): TestClient =>
  withAdmin(createClient<Schema>(server.url, { storage: memoryStorage(), ...options }))

/** A `fetch` that counts requests, by method and path below `/api/v1`. */
export function countRequests(): { fetch: typeof fetch; count(path: string): number } {
  const seen: string[] = []
  return {
    fetch: (input, init) => {
      seen.push(`${init?.method ?? 'GET'} ${new URL(String(input)).pathname.replace('/api/v1', '')}`)
      return fetch(input, init)
    },
    count: (path) => seen.filter((each) => each === path).length,
  }
}

/** A storage whose one session a test can read and change. */
export interface OpenStorage extends TokenStorage {
  session: Record<string, unknown> | undefined
}

export function openStorage(): OpenStorage {
  const storage: OpenStorage = {
    session: undefined,
    getItem: () => storage.session && JSON.stringify(storage.session),
    setItem: (_key, value) => {
      storage.session = JSON.parse(value)
    },
    removeItem: () => {
      storage.session = undefined
    },
  }
  return storage
}
