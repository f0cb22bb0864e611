/** Starts the server of this checkout, building it and the console first when a source is newer than the last build. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { buildAll } from './build.js'
import { watchLauncher } from './watch-launcher.js'

const root = dirname(import.meta.dirname)

if (!(await buildAll())) process.exit(1)

// What the environment says already wins over the file.
const settings = join(root, '.env')
if (existsSync(settings)) process.loadEnvFile(settings)

watchLauncher()
await import(join(root, 'apps/server/dist/main.js'))
