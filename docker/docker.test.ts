import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { settings } from '../apps/server/src/platform/config/index.js'

const read = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8')

interface Service {
  readonly environment: Record<string, string>
  readonly env_file?: { path: string; required: boolean }[]
  readonly secrets: string[]
  readonly volumes: string[]
  readonly depends_on?: Record<string, { condition: string }>
  readonly healthcheck?: object
}

interface Compose {
  readonly services: Record<'server' | 'postgres', Service>
  readonly secrets: Record<string, { file: string }>
  readonly volumes: Record<string, null>
}

const compose: Compose = parse(read('compose.yaml'))
const dockerfile = read('Dockerfile')
const keys = new Set(Object.values(settings).map(({ key }) => key))

describe('compose.yaml', () => {
  it('starts the server once PostgreSQL is healthy', () => {
    expect(compose.services.server.depends_on).toEqual({ postgres: { condition: 'service_healthy' } })
    expect(compose.services.postgres.healthcheck).toBeDefined()
  })

  it('gives the server only settings it has', () => {
    for (const name of Object.keys(compose.services.server.environment))
      expect(keys).toContain(name.replace(/_FILE$/, ''))
  })

  it('takes other settings from a file that need not be there and goes into no repository and no image', () => {
    expect(compose.services.server.env_file).toEqual([{ path: 'server.env', required: false }])
    expect(read('.gitignore').split('\n')).toContain('server.env')
    expect(read('Dockerfile.dockerignore').split('\n')).toContain('docker/server.env')
  })

  it('declares every secret and volume that a service names', () => {
    for (const service of Object.values(compose.services)) {
      for (const secret of service.secrets) expect(compose.secrets).toHaveProperty(secret)
      for (const volume of service.volumes) expect(compose.volumes).toHaveProperty(volume.split(':')[0]!)
    }
  })

  it('reads secrets from the files that make-secrets.sh writes', () => {
    for (const { file } of Object.values(compose.secrets))
      expect(read('make-secrets.sh')).toContain(`"$folder/${file.replace('secrets/', '')}"`)
  })
})

describe('Dockerfile', () => {
  it('sets only settings the server has', () => {
    const block = /^ENV ((?:.*\\\n)*.*)$/m.exec(dockerfile)![1]!
    const names = [...block.matchAll(/(\w+)=/g)].map(([, name]) => name!)
    expect(names).toContain('DATA_DIR')
    for (const name of names) expect(name === 'NODE_ENV' || keys.has(name)).toBe(true)
  })

  it('runs as an ordinary user, with node as the process that gets the signals', () => {
    const lines = dockerfile.split('\n')
    expect(lines.indexOf('USER node')).toBeGreaterThan(lines.findLastIndex((line) => line.startsWith('FROM ')))
    expect(lines).toContain('CMD ["node", "dist/main.js"]')
  })
})
