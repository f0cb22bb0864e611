import { Global, Module } from '@nestjs/common'
import { DataSource } from 'typeorm'
import { Bus, PostgresCarrier, RedisCarrier, RedisConnection } from './bus/index.js'
import { CONFIG, type Config } from './config/index.js'
import { Database, RecordDatabase, Signals } from './db/index.js'
import { RouteCalls, StartupNotices } from './http/index.js'
import { Log } from './log/index.js'
import { defineMailSettings, type LocateServer, Mailer } from './mail/index.js'
import { Meters } from './meters/index.js'
import { OutboundHttp } from './outbound/index.js'
import { Secrets } from './secrets/index.js'
import { SettingsStore } from './settings/index.js'

const database = { provide: Database, inject: [DataSource], useFactory: (source: DataSource) => new Database(source) }

const recordDatabase = {
  provide: RecordDatabase,
  inject: [Database, CONFIG],
  useFactory: (database: Database, config: Config) => new RecordDatabase(database, config.databasePoolSize),
}

const outboundHttp = {
  provide: OutboundHttp,
  inject: [CONFIG, Log],
  useFactory: (config: Config, log: Log) => new OutboundHttp(config, log),
}

const mailPorts = [25, 465, 587, 2525].map((port) => ({ from: port, to: port }))

/** Mail servers that admins name are judged as other hosts are, on the ports of mail. */
function locateMailServers(config: Config, log: Log): LocateServer {
  const outbound = new OutboundHttp({ ...config, outboundPorts: [...config.outboundPorts, ...mailPorts] }, log)
  return (host, port) => outbound.locate(host, port)
}

const mailer = {
  provide: Mailer,
  inject: [CONFIG, SettingsStore, Log, Meters],
  useFactory: (config: Config, settings: SettingsStore, log: Log, meters: Meters) =>
    new Mailer(config.publicUrl, defineMailSettings(settings, config), locateMailServers(config, log), log, meters),
}

const redisConnection = {
  provide: RedisConnection,
  inject: [CONFIG, Database],
  useFactory: (config: Config, database: Database) => new RedisConnection(config.redisUrl, database),
}

const bus = {
  provide: Bus,
  inject: [CONFIG, Signals, RedisConnection, Log],
  useFactory: (config: Config, signals: Signals, connection: RedisConnection, log: Log) => {
    const redis = connection.isConfigured ? new RedisCarrier(connection, log) : undefined
    return new Bus(new PostgresCarrier(config, signals), redis, log)
  },
}

const secrets = {
  provide: Secrets,
  inject: [CONFIG, Database],
  useFactory: (config: Config, database: Database) => new Secrets(config, database),
}

/** What every domain may use without importing it. `CONFIG`, `Log` and the data source come from `createApp`. */
@Global()
@Module({
  providers: [
    database,
    recordDatabase,
    Meters,
    outboundHttp,
    mailer,
    bus,
    redisConnection,
    secrets,
    Signals,
    SettingsStore,
    RouteCalls,
    StartupNotices,
  ],
  exports: [
    Database,
    RecordDatabase,
    Meters,
    OutboundHttp,
    Mailer,
    Bus,
    RedisConnection,
    Secrets,
    Signals,
    SettingsStore,
    RouteCalls,
    StartupNotices,
  ],
})
export class PlatformModule {}
