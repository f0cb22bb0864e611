import type { AddressInfo } from 'node:net'
import type { Type } from '@nestjs/common'
import type { NestExpressApplication } from '@nestjs/platform-express'
import { AppModule } from '../../src/app.module.js'
import { createApp } from '../../src/create-app.js'
import { type Config, parseConfig } from '../../src/platform/config/index.js'
import { Database } from '../../src/platform/db/index.js'
import { createLog } from '../../src/platform/log/index.js'
import { findFreePort } from './find-free-port.js'
import { createMigratedDatabase } from './test-database.js'

export interface RequestOptions {
  /** Sent as `Authorization: Bearer …`. */
  readonly token?: string
  /** A string is sent as it is; anything else as JSON. */
  readonly body?: unknown
  readonly headers?: Record<string, string>
  readonly query?: Record<string, string>
}

export interface TestResponse {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The parsed body; undefined when the answer is not JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
  readonly json: any
}

export interface TestServer {
  readonly url: string
  readonly app: NestExpressApplication
  readonly config: Config
  readonly database: Database
  /** For a second server on the same database: `startServer({ DATABASE_URL: first.databaseUrl })`. */
  readonly databaseUrl: string
  /** `path` is all of it: `/api/v1/auth/login`. */
  request(method: string, path: string, options?: RequestOptions): Promise<TestResponse>
  stop(): Promise<void>
}

/**
 * Boots the real server, on a free port and, unless `env` names a database, on a fresh one that goes away with it.
 * `module` boots a part of it in place of the whole AppModule.
 */
export async function startServer(env: Record<string, string> = {}, module: Type = AppModule): Promise<TestServer> {
  const fresh = env['DATABASE_URL'] ? undefined : await createMigratedDatabase()
  const databaseUrl = env['DATABASE_URL'] ?? fresh!.url
  const port = String(await findFreePort())
  const config = parseConfig({
    LOG_LEVEL: 'error',
    DATABASE_POOL_SIZE: '6',
    PORT: port,
    ...env,
    DATABASE_URL: databaseUrl,
  })
  const { log } = createLog(config)
  const app = await createApp(module, config, log)
  await app.listen(config.port, config.host)
  const url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`
  return {
    url,
    app,
    config,
    database: app.get(Database),
    databaseUrl,
    request: (method, path, options) => sendRequest(method, url + path, options),
    stop: async () => {
      await app.close()
      await fresh?.drop()
    },
  }
}

async function sendRequest(method: string, address: string, options: RequestOptions = {}): Promise<TestResponse> {
  const { token, body, query } = options
  const headers = new Headers(options.headers)
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
  if (body !== undefined && !headers.has('content-type')) headers.set('content-type', 'application/json')
  const url = query === undefined ? address : `${address}?${new URLSearchParams(query)}`
  const content = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
  const response = await fetch(url, { method, headers, body: content, redirect: 'manual' })
  const text = await response.text()
  const isJson = text !== '' && /^application\/([\w.]+\+)?json/.test(response.headers.get('content-type') ?? '')
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined }
}
