/** Starts the server of this checkout, building it first when a source is newer than the last build. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { watchLauncher } from './watch-launcher.js'

const root = dirname(import.meta.dirname)
const main = join(root, 'apps/server/dist/main.js')
const stamp = join(root, 'node_modules/.cache/holdfast/built')

/** What the server is built from. */
const sources = [
  ...['apps/server', 'packages/contract'].flatMap((folder) =>
    ['src', 'package.json', 'tsconfig.json'].map((name) => join(folder, name)),
  ),
  'tsconfig.base.json',
  'pnpm-lock.yaml',
]

const modifiedMs = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0

/** Folders count too: removing a file changes the folder alone. */
function isNewer(path, sinceMs) {
  const stat = statSync(path)
  if (stat.mtimeMs > sinceMs) return true
  return stat.isDirectory() && readdirSync(path).some((name) => isNewer(join(path, name), sinceMs))
}

const builtMs = existsSync(main) ? modifiedMs(stamp) : 0
if (sources.some((path) => isNewer(join(root, path), builtMs))) {
  console.log('Building the server…')
  const startedAt = new Date()
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
  const { status } = spawnSync(process.execPath, [tsc, '-b', 'apps/server'], { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(1)
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, '')
  // What changed while it was being built is newer than the stamp.
  utimesSync(stamp, startedAt, startedAt)
}

// What the environment says already wins over the file.
const settings = join(root, '.env')
if (existsSync(settings)) process.loadEnvFile(settings)

watchLauncher()
await import(main)
