import 'reflect-metadata'
import type { DynamicModule, Type, ValueProvider } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { NestExpressApplication } from '@nestjs/platform-express'
import { DataSource } from 'typeorm'
import { CONFIG, type Config } from './platform/config/index.js'
import { migrate, openDataSource } from './platform/db/index.js'
import { AnswerWatch, AppHost, BodyValidation, DirectRoutes, HttpAdapter } from './platform/http/index.js'
import { createNestLogger, Log } from './platform/log/index.js'

/** Probes, keys and pages for people: what is not part of the API. */
const outsideApi = [
  '/',
  'health/*path',
  'metrics',
  '.well-known/*path',
  'setup',
  'console',
  'console/{*path}',
  'auth/ui',
  'auth/ui/*path',
  'oidc/*path',
]

/**
 * The whole server, ready to listen: `module` is the AppModule, or a part of it in a test. Closing it closes the database too.
 * `config.databaseUrl` must be set: whoever calls this has started a PostgreSQL.
 * @throws StartError when the database cannot be used
 */
export async function createApp(module: Type, config: Config, log: Log): Promise<NestExpressApplication> {
  const dataSource = await openDataSource(config, (error) =>
    log.debug({ reason: error.message }, 'a database connection broke while nobody used it'),
  )
  try {
    await migrate(dataSource, log)
    const direct = new DirectRoutes()
    const watch = new AnswerWatch()
    const adapter = new HttpAdapter(config, log, direct, watch)
    const options = { logger: createNestLogger(log), bodyParser: false, abortOnError: false }
    const host = new AppHost()
    const root = withGlobals(module, [
      { provide: CONFIG, useValue: config },
      { provide: Log, useValue: log },
      { provide: DataSource, useValue: dataSource },
      { provide: AppHost, useValue: host },
      { provide: DirectRoutes, useValue: direct },
      { provide: AnswerWatch, useValue: watch },
    ])
    const app = await NestFactory.create<NestExpressApplication>(root, adapter, options)
    host.app = app
    app.setGlobalPrefix('api/v1', { exclude: outsideApi })
    app.useGlobalPipes(new BodyValidation())
    app.useGlobalFilters(adapter.errors)
    return app
  } catch (error) {
    await dataSource.destroy()
    throw error
  }
}

const withGlobals = (module: Type, globals: ValueProvider[]): DynamicModule => ({
  module,
  global: true,
  providers: globals,
  exports: globals,
})
