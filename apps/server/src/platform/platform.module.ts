import { Global, Module } from '@nestjs/common'
import { CONFIG, type Config } from './config/index.js'
import { Database, migrate, openDataSource, Signals } from './db/index.js'
import { StartupNotices } from './http/index.js'
import { Log } from './log/index.js'

const database = {
  provide: Database,
  inject: [CONFIG, Log],
  useFactory: async (config: Config, log: Log): Promise<Database> => {
    const dataSource = await openDataSource(config, (error) =>
      log.warn({ err: error }, 'an idle database connection broke'),
    )
    await migrate(config, dataSource)
    return new Database(dataSource)
  },
}

/** What every domain may use without importing it. `CONFIG` and `Log` come from `createApp`. */
@Global()
@Module({ providers: [database, Signals, StartupNotices], exports: [Database, Signals, StartupNotices] })
export class PlatformModule {}
