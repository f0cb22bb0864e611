/**
 * Builds what is older than its sources: the server by the TypeScript compiler, the console by Vite.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const root = dirname(import.meta.dirname)
const inRoot = (...paths) => paths.map((path) => join(root, path))

const server = {
  name: 'server',
  sources: inRoot(
    ...['apps/server', 'packages/contract'].flatMap((folder) =>
      ['src', 'package.json', 'tsconfig.json'].map((name) => `${folder}/${name}`),
    ),
    'tsconfig.base.json',
    'pnpm-lock.yaml',
  ),
  result: join(root, 'apps/server/dist/main.js'),
  script: () => [binary(root, 'typescript', 'bin/tsc'), '-b', join(root, 'apps/server')],
}

const consoleApp = {
  name: 'console',
  sources: inRoot(
    ...['src', 'build', 'public', 'index.html', 'package.json', 'vite.config.ts'].map((name) => `apps/console/${name}`),
    'packages/contract/src',
    'packages/sdk/src',
    'pnpm-lock.yaml',
  ),
  result: join(root, 'apps/console/dist/index.html.br'),
  script: () => [
    binary(join(root, 'apps/console'), 'vite', 'bin/vite.js'),
    'build',
    join(root, 'apps/console'),
    '--logLevel=warn',
  ],
}

/** Both, at the same time. False when one does not compile. */
export const buildAll = async () => (await Promise.all([build(server), build(consoleApp)])).every(Boolean)

export const buildConsole = () => build(consoleApp)

async function build({ name, sources, result, script }) {
  const stamp = join(root, 'node_modules/.cache/holdfast', `${name}-built`)
  const builtMs = existsSync(result) ? modifiedMs(stamp) : 0
  if (!sources.some((path) => isNewer(path, builtMs))) return true
  console.log(`Building the ${name}…`)
  const startedAt = new Date()
  if (!(await run(script()))) return false
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, '')
  // What changed while it was being built is newer than the stamp.
  utimesSync(stamp, startedAt, startedAt)
  return true
}

const binary = (folder, name, path) =>
  join(dirname(createRequire(join(folder, 'package.json')).resolve(`${name}/package.json`)), path)

const run = (script) =>
  new Promise((resolve) => {
    // Whoever builds may be testing: what is built is for production.
    const env = { ...process.env, NODE_ENV: 'production' }
    const child = spawn(process.execPath, script, { cwd: root, stdio: 'inherit', env })
    child.once('exit', (code) => resolve(code === 0))
  })

const modifiedMs = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0

/** Folders count too: removing a file changes the folder alone. */
function isNewer(path, sinceMs) {
  const stat = statSync(path)
  if (stat.mtimeMs > sinceMs) return true
  return stat.isDirectory() && readdirSync(path).some((name) => isNewer(join(path, name), sinceMs))
}
