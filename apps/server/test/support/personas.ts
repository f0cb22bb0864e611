import type { CollectionDefinition } from '@holdfast/contract'
import { startServer, type TestServer } from './start-server.js'

/** Somebody who asks: an access token, and the id of the user behind it. */
export interface Persona {
  readonly token: string
  readonly id: string
}

export const adminEmail = 'admin@example.com'
export const password = 'correct horse battery staple'

/** A server with an admin and these collections. */
export async function startServerWith(
  definitions: readonly Omit<CollectionDefinition, 'id'>[],
  env: Record<string, string> = {},
): Promise<{ server: TestServer; admin: Persona }> {
  const server = await startServer({ ADMIN_EMAIL: adminEmail, ADMIN_PASSWORD: password, ...env })
  const admin = await signIn(server, adminEmail)
  await define(server, admin, definitions)
  return { server, admin }
}

/** Defines collections in one plan. */
export async function define(
  server: TestServer,
  admin: Persona,
  collections: readonly Omit<CollectionDefinition, 'id'>[],
): Promise<void> {
  const plan = await server.request('POST', '/api/v1/admin/schema/plan', { token: admin.token, body: { collections } })
  if (plan.status !== 200) throw new Error(`The plan was refused: ${plan.text}`)
  const body = { collections, hash: plan.json.data.hash }
  const applied = await server.request('POST', '/api/v1/admin/schema/apply', { token: admin.token, body })
  if (applied.status !== 200) throw new Error(`The schema was refused: ${applied.text}`)
}

export async function signIn(server: TestServer, email: string): Promise<Persona> {
  const { status, json, text } = await server.request('POST', '/api/v1/auth/login', { body: { email, password } })
  if (status !== 200) throw new Error(`Sign-in failed: ${text}`)
  return { token: json.data.accessToken, id: json.data.user.id }
}

/** A new user, with named roles when given. */
export async function signUp(
  server: TestServer,
  email: string,
  admin?: Persona,
  roles: readonly string[] = [],
): Promise<Persona> {
  const { status, json, text } = await server.request('POST', '/api/v1/auth/signup', { body: { email, password } })
  if (status >= 300) throw new Error(`Sign-up failed: ${text}`)
  const persona = { token: json.data.accessToken as string, id: json.data.user.id as string }
  if (!admin || roles.length === 0) return persona
  for (const name of roles) await server.request('POST', '/api/v1/admin/roles', { token: admin.token, body: { name } })
  const given = await server.request('PUT', `/api/v1/admin/users/${persona.id}/roles`, {
    token: admin.token,
    body: { roles },
  })
  if (given.status >= 300) throw new Error(`Roles were refused: ${given.text}`)
  return persona
}
