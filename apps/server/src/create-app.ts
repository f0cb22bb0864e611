import 'reflect-metadata'
import type { DynamicModule, Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { NestExpressApplication } from '@nestjs/platform-express'
import { DataSource } from 'typeorm'
import { CONFIG, type Config } from './platform/config/index.js'
import { migrate, openDataSource } from './platform/db/index.js'
import { createValidationPipe, HttpAdapter } from './platform/http/index.js'
import { createNestLogger, Log } from './platform/log/index.js'

/** Probes, keys and pages for people: what is not part of the API. */
const outsideApi = ['health/*path', '.well-known/*path', 'setup', 'setup/*path']

/**
 * The whole server, ready to listen: `module` is the AppModule, or a part of it in a test. Closing it closes the database too.
 * `config.databaseUrl` must be set: whoever calls this has started a PostgreSQL.
 * @throws StartError when the database cannot be used
 */
export async function createApp(module: Type, config: Config, log: Log): Promise<NestExpressApplication> {
  const dataSource = await openDataSource(config, (error) =>
    log.warn({ err: error }, 'an idle database connection broke'),
  )
  try {
    await migrate(config, dataSource)
    const adapter = new HttpAdapter(config, log)
    const options = { logger: createNestLogger(log), bodyParser: false, abortOnError: false }
    const root = withGlobals(module, config, log, dataSource)
    const app = await NestFactory.create<NestExpressApplication>(root, adapter, options)
    app.setGlobalPrefix('api/v1', { exclude: outsideApi })
    app.useGlobalPipes(createValidationPipe())
    app.useGlobalFilters(adapter.errors)
    return app
  } catch (error) {
    await dataSource.destroy()
    throw error
  }
}

function withGlobals(module: Type, config: Config, log: Log, dataSource: DataSource): DynamicModule {
  const globals = [
    { provide: CONFIG, useValue: config },
    { provide: Log, useValue: log },
    { provide: DataSource, useValue: dataSource },
  ]
  return { module, global: true, providers: globals, exports: globals }
}
