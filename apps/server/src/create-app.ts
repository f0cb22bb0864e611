import 'reflect-metadata'
import type { DynamicModule, Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { NestExpressApplication } from '@nestjs/platform-express'
import { CONFIG, type Config } from './platform/config/index.js'
import { setUpHttp } from './platform/http/index.js'
import { createNestLogger, Log } from './platform/log/index.js'

/**
 * The whole server, ready to listen: `module` is the AppModule, or a part of it in a test.
 * `config.databaseUrl` must be set: whoever calls this has started a PostgreSQL.
 * @throws StartError when the database cannot be used
 */
export async function createApp(module: Type, config: Config, log: Log): Promise<NestExpressApplication> {
  const globals = [
    { provide: CONFIG, useValue: config },
    { provide: Log, useValue: log },
  ]
  const root: DynamicModule = { module, global: true, providers: globals, exports: globals }
  const app = await NestFactory.create<NestExpressApplication>(root, {
    logger: createNestLogger(log),
    bodyParser: false,
    abortOnError: false,
  })
  setUpHttp(app, config, log)
  return app
}
