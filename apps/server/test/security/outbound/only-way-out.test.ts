import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../../../../..')

const samples = mkdtempSync(join(tmpdir(), 'holdfast-lint-'))
const folder = join(samples, 'apps/server/src/webhooks')

/** The names of the rules a file of the server breaks. */
const broken = new Map<string, string[]>()

interface Diagnostic {
  readonly category: string
  readonly location: { readonly path: string }
}

const closed: readonly string[] = [
  `export const a = () => fetch('http://x')`,
  `export const a = () => globalThis.fetch('http://x')`,
  `export const a = () => globalThis['fetch']('http://x')`,
  `export const a = () => new WebSocket('ws://x')`,
  `export const a = () => new EventSource('http://x')`,
  `import { request } from 'node:http'\nexport const a = request`,
  `import { get } from 'node:https'\nexport const a = get`,
  `import http from 'node:http'\nexport const a = http.request`,
  `import * as http from 'node:http'\nexport const a = http.request`,
  `export const a = async () => (await import('node:http')).request`,
  `import { Agent } from 'node:https'\nexport const a = Agent`,
  `import { connect } from 'node:net'\nexport const a = connect`,
  `import { createConnection } from 'node:net'\nexport const a = createConnection`,
  `import { connect } from 'node:tls'\nexport const a = connect`,
  `import { connect } from 'node:http2'\nexport const a = connect`,
  `import { createSocket } from 'node:dgram'\nexport const a = createSocket`,
  `import { lookup } from 'node:dns/promises'\nexport const a = lookup`,
  `import { request } from 'undici'\nexport const a = request`,
  `import axios from 'axios'\nexport const a = axios`,
  `import { createTransport } from 'nodemailer'\nexport const a = createTransport`,
]

const open = `
import { createServer, type IncomingMessage, ServerResponse } from 'node:http'
import { BlockList, isIP, type Socket } from 'node:net'

export const a = [createServer, ServerResponse, BlockList, isIP]
export type B = IncomingMessage | Socket
`

describe('A189: platform/outbound is the only way out', () => {
  beforeAll(() => {
    mkdirSync(folder, { recursive: true })
    copyFileSync(join(root, 'biome.json'), join(samples, 'biome.json'))
    for (const [index, source] of [...closed, open].entries()) writeFileSync(join(folder, `${index}.ts`), `${source}\n`)
    const command = [
      join(root, 'node_modules/@biomejs/biome/bin/biome'),
      'lint',
      '--reporter=json',
      '--max-diagnostics=none',
      '.',
    ]
    const { stdout } = spawnSync(process.execPath, command, { cwd: samples, encoding: 'utf8' })
    for (const { category, location } of (JSON.parse(stdout) as { diagnostics: Diagnostic[] }).diagnostics)
      broken.set(location.path, [...(broken.get(location.path) ?? []), category])
  })
  afterAll(() => rmSync(samples, { recursive: true }))

  const rulesBrokenBy = (index: number) => broken.get(`apps/server/src/webhooks/${index}.ts`) ?? []

  it.each(closed.map((source, index) => [source, index] as const))('the lint refuses %s', (_source, index) => {
    expect(rulesBrokenBy(index).join()).toMatch(/noRestricted(Imports|Globals)/)
  })

  it('the lint lets what serves and what names types pass', () => {
    expect(rulesBrokenBy(closed.length)).toEqual([])
  })

  it('no file of the server opens a socket around the lint', () => {
    const source = join(root, 'apps/server/src')
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((path) =>
      /(?<!\.test)\.ts$/.test(path),
    )
    expect(files.length).toBeGreaterThan(100)
    const around = /new (net\.)?Socket\(|getBuiltinModule|process\.binding|require\('/
    expect(files.filter((path) => around.test(readFileSync(join(source, path), 'utf8')))).toEqual([])
  })
})
