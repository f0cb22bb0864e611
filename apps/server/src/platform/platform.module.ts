import { Global, Module } from '@nestjs/common'
import { DataSource } from 'typeorm'
import { Database, Signals } from './db/index.js'
import { StartupNotices } from './http/index.js'

const database = { provide: Database, inject: [DataSource], useFactory: (source: DataSource) => new Database(source) }

/** What every domain may use without importing it. `CONFIG`, `Log` and the data source come from `createApp`. */
@Global()
@Module({ providers: [database, Signals, StartupNotices], exports: [Database, Signals, StartupNotices] })
export class PlatformModule {}
