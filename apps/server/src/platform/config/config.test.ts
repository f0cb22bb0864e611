import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeAsEnv, describeAsTable } from './describe-settings.js'
import { ConfigError, parseConfig } from './index.js'

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    parseConfig(env)
    return []
  } catch (error) {
    return (error as ConfigError).problems
  }
}

describe('parseConfig', () => {
  it('needs nothing', () => {
    expect(parseConfig({})).toMatchObject({
      port: 4400,
      host: '127.0.0.1',
      dataDir: './data',
      databaseUrl: undefined,
      publicUrl: 'http://127.0.0.1:4400',
      corsOrigins: [],
      trustedProxies: [],
    })
  })

  it('is frozen', () => {
    expect(Object.isFrozen(parseConfig({}))).toBe(true)
  })

  it('counts empty as absent', () => {
    expect(parseConfig({ PORT: '', DATABASE_URL: '' }).port).toBe(4400)
  })

  it('reports everything that is wrong at once, and no value of a secret', () => {
    const problems = problemsOf({
      PORT: '80 80',
      LOG_LEVEL: 'loud',
      DATABASE_URL: 'mysql://root:hunter2@db',
      CORS_ORIGINS: 'https://ok.example, *',
      TRUSTED_PROXIES: '10.0.0.0/33',
      PUBLIC_URL: 'ftp://example.com',
      SIGNUP_ENABLED: 'maybe',
      ADMIN_EMAIL: 'a@b.example',
      SMTP_URL: 'http://mailer:hunter2@mail',
      OUTBOUND_ALLOW: '10.0.0.0/40',
      OUTBOUND_PORTS: '80,http',
    })
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'PORT',
      'PUBLIC_URL',
      'DATABASE_URL',
      'LOG_LEVEL',
      'SIGNUP_ENABLED',
      'CORS_ORIGINS',
      'TRUSTED_PROXIES',
      'SMTP_URL',
      'OUTBOUND_ALLOW',
      'OUTBOUND_PORTS',
      'ADMIN_EMAIL',
    ])
    expect(problems.join()).not.toContain('hunter2')
  })

  it('needs a sender when it has a mail server', () => {
    expect(problemsOf({ SMTP_URL: 'smtp://mail.example' })).toEqual(['SMTP_URL needs MAIL_FROM'])
  })

  it.each([
    ['0.0.0.0', 'http://localhost:4400'],
    ['::1', 'http://[::1]:4400'],
    ['api.internal', 'http://api.internal:4400'],
  ])('makes a public URL of the host %s', (host, url) => {
    expect(parseConfig({ HOST: host }).publicUrl).toBe(url)
  })

  it('reads a secret from a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
    const file = join(folder, 'secret')
    writeFileSync(file, 'postgres://u:p@db/app\n')
    expect(parseConfig({ DATABASE_URL_FILE: file }).databaseUrl).toBe('postgres://u:p@db/app')
    expect(problemsOf({ DATABASE_URL_FILE: file, DATABASE_URL: 'postgres://u:p@db/app' })).toEqual([
      'DATABASE_URL and DATABASE_URL_FILE are both set; keep one',
    ])
    expect(problemsOf({ DATABASE_URL_FILE: '/nowhere' })[0]).toContain('ENOENT')
    rmSync(folder, { recursive: true })
  })
})

describe('the documentation', () => {
  const root = join(import.meta.dirname, '../../../../..')

  it('says what the settings say', () => {
    expect(readFileSync(join(root, '.env.example'), 'utf8')).toBe(describeAsEnv())
    expect(readFileSync(join(root, 'docs/configuration.md'), 'utf8')).toContain(describeAsTable())
  })
})
