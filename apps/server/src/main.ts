import { AppModule } from './app.module.js'
import { createApp } from './create-app.js'
import { parseConfig } from './platform/config/index.js'
import { startEmbeddedPostgres } from './platform/db/index.js'
import { createLog } from './platform/log/index.js'

const config = parseConfig(process.env)
const { log } = createLog(config)
const postgres = config.databaseUrl
  ? undefined
  : await startEmbeddedPostgres({ dataDir: config.dataDir, maxConnections: config.databasePoolSize + 20 })
const app = await createApp(AppModule, { ...config, databaseUrl: config.databaseUrl ?? postgres!.url }, log)
await app.listen(config.port, config.host)
console.log(config.publicUrl)
