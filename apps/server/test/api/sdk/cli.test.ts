import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../../../../packages/cli/src/run.js'
import type { TestServer } from '../../support/index.js'
import { ada, admin, connect, startSdkServer, type TestClient } from './support.js'

let server: TestServer
let client: TestClient

beforeAll(async () => {
  const started = await startSdkServer()
  server = started.server
  client = started.admin
})
afterAll(() => server.stop())

describe('holdfast types', () => {
  it('writes the types of the server that is named', async () => {
    const { accessToken } = (await client.auth.session())!
    const wanted = { exitCode: 0, stdout: await client.admin.schema.types(), stderr: '' }
    expect(await run(['types', '--url', server.url, '--token', accessToken], {})).toEqual(wanted)
    expect(await run(['types'], { HOLDFAST_URL: server.url, HOLDFAST_TOKEN: accessToken })).toEqual(wanted)
    const login = ['--email', admin.email, '--password', admin.password]
    expect(await run(['types', '--url', server.url, ...login], { HOLDFAST_TOKEN: 'not used' })).toEqual(wanted)
    expect(
      await run(['types', '--url', server.url, '--email', admin.email], { HOLDFAST_PASSWORD: admin.password }),
    ).toEqual(wanted)
  })

  it('writes a file, and leaves it alone when something is wrong', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-cli-'))
    const file = join(folder, 'schema.d.ts')
    const { accessToken } = (await client.auth.session())!
    expect(await run(['types', '--url', server.url, '--token', accessToken, '--out', file], {})).toMatchObject({
      stdout: '',
    })
    const written = readFileSync(file, 'utf8')
    expect(written).toContain('export interface Schema')
    expect(await run(['types', '--url', server.url, '--token', 'x.y.z', '--out', file], {})).toMatchObject({
      exitCode: 1,
    })
    expect(readFileSync(file, 'utf8')).toBe(written)
    rmSync(folder, { recursive: true })
  })

  it('says what is wrong', async () => {
    await connect(server).auth.signUp(ada)
    const login = (email: string, password: string) => [
      'types',
      '--url',
      server.url,
      '--email',
      email,
      '--password',
      password,
    ]
    const wrong = await run(login(admin.email, 'wrong password'), {})
    expect(wrong).toMatchObject({ exitCode: 1, stdout: '' })
    expect(wrong.stderr).toContain('(invalid_credentials)')
    expect((await run(login(ada.email, ada.password), {})).stderr).toContain('(forbidden)')
    const nobody = await run(['types', '--url', 'http://127.0.0.1:1', '--token', 'x'], {})
    expect(nobody.stderr).toContain('http://127.0.0.1:1')
    expect(nobody.stderr).toContain('Is it running')
  })
})

describe('the command line', () => {
  it('shows its help', async () => {
    for (const args of [[], ['--help'], ['-h'], ['help'], ['types', '--help']])
      expect(await run(args, {})).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('holdfast types') })
  })

  it('ends with 2 when it is used wrongly', async () => {
    for (const args of [
      ['nope'],
      ['types', 'more'],
      ['types', '--nope'],
      ['types', '--url', 'nowhere', '--token', 'x'],
    ])
      expect(await run(args, {})).toMatchObject({
        exitCode: 2,
        stdout: '',
        stderr: expect.stringContaining('holdfast --help'),
      })
  })
})
