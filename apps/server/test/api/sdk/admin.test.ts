import { HoldfastError } from '@holdfast/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compile } from '../../../../../packages/sdk/fixtures/compile.js'
import type { TestServer } from '../../support/index.js'
import { ada, connect, startSdkServer, type TestClient } from './support.js'

let server: TestServer
let admin: TestClient

beforeAll(async () => {
  const started = await startSdkServer()
  server = started.server
  admin = started.admin
})
afterAll(() => server.stop())

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof HoldfastError ? error.code : String(error)),
  )

describe('collections', () => {
  it('are made, changed and dropped', async () => {
    const { collections } = admin.admin
    await collections.create({ name: 'notes', fields: [{ name: 'text', type: 'text' }] })
    const notes = await collections.get('notes')
    const [field] = notes.fields
    await collections.update('notes', { fields: [{ ...field!, name: 'body' }], description: 'Notes.' })
    expect(await collections.get('notes')).toMatchObject({
      description: 'Notes.',
      fields: [{ id: field!.id, name: 'body' }],
    })
    await admin.collection('notes' as 'posts').create({ body: 'x' } as never)
    expect(await codeOf(collections.delete('notes'))).toBe('lossy_change')
    await collections.delete('notes', { acceptDataLoss: true })
    expect((await collections.list()).map(({ name }) => name)).not.toContain('notes')
  })

  it('are planned and applied together', async () => {
    const change = { collections: [{ name: 'planned', fields: [] }] }
    const plan = await admin.admin.schema.plan(change)
    expect(plan).toMatchObject({ lossy: false, hash: expect.any(String) })
    expect(plan.steps[0]).toMatchObject({ kind: 'createTable', collection: 'planned' })
    await admin.admin.schema.apply({ ...change, hash: plan.hash })
    expect(await codeOf(admin.admin.schema.apply({ ...change, hash: plan.hash }))).toBe('plan_outdated')
  })

  it('are for admins only', async () => {
    const user = connect(server)
    await user.auth.signUp(ada)
    expect(await codeOf(user.admin.collections.list())).toBe('forbidden')
    expect(await codeOf(connect(server).admin.schema.types())).toBe('unauthenticated')
  })
})

describe('users and roles', () => {
  it('are listed, given and taken', async () => {
    const { user } = await connect(server).auth.signUp({ email: 'rosa@example.com', password: 'sit-in 1955' })
    await admin.admin.roles.create({ name: 'editor', description: 'Publishes.' })
    expect(await admin.admin.users.setRoles(user.id, ['editor'])).toMatchObject({ id: user.id, roles: ['editor'] })
    const { data } = await admin.admin.users.list({ limit: 100 })
    expect(data.find(({ id }) => id === user.id)).toMatchObject({ email: 'rosa@example.com', roles: ['editor'] })
    expect(await admin.admin.roles.list()).toContainEqual({
      name: 'editor',
      description: 'Publishes.',
      secondFactor: false,
    })
    expect(await admin.admin.roles.update('editor', { secondFactor: true })).toMatchObject({ secondFactor: true })
    await admin.admin.roles.delete('editor')
    expect((await admin.admin.users.list()).data.find(({ id }) => id === user.id)?.roles).toEqual([])
  })

  it('can be signed out everywhere', async () => {
    const client = connect(server)
    const { user } = await client.auth.signUp({ email: 'emmy@example.com', password: 'symmetries' })
    await admin.admin.users.revokeSessions(user.id)
    expect(await codeOf(client.auth.me())).toBe('invalid_refresh_token')
  })
})

describe('types', () => {
  it('of the running server fit the client', async () => {
    const types = await admin.admin.schema.types()
    const use = `
      import { createClient } from '@holdfast/sdk'
      import type { Post, Schema } from './schema.js'
      const client = createClient<Schema>('http://127.0.0.1')
      const page = await client.collection('posts').list({ filter: { 'author.email': 'x' }, expand: { comments: true } })
      const post: Post | undefined = page.data[0]
      console.log(post?.title.length, page.data[0]?.expand.comments[0]?.text, client.auth.user?.displayName)
      // @ts-expect-error a collection that does not exist
      client.collection('nope')
    `
    expect(compile({ 'schema.ts': types, 'use.ts': use })).toEqual([])
  })

  it('are text, for admins', async () => {
    const session = await admin.auth.session()
    const answer = await server.request('GET', '/api/v1/admin/schema/types', { token: session!.accessToken })
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect((await server.request('GET', '/api/v1/admin/schema/types')).status).toBe(401)
  })

  it('say nothing of a hostile description but its text', async () => {
    const description = ['*/ process.exit(1) /* `', '{process.exit(1)}'].join('$')
    await admin.admin.collections.create({
      name: 'hostile',
      description,
      fields: [{ name: 'kind', type: 'select', options: ["'; process.exit(1); '", '"]; process.exit(1)', '*/'] }],
    })
    const types = await admin.admin.schema.types()
    expect(compile({ 'schema.ts': types })).toEqual([])
    const use = `import type { Hostile } from './schema.js'\nexport const kind: Hostile['kind'] = '"]; process.exit(1)'`
    expect(compile({ 'schema.ts': types, 'use.ts': use })).toEqual([])
    await admin.admin.collections.delete('hostile')
  })
})
