/**
 * Builds, and runs the long form of every test that has one, one file after the other: what the server does when things
 * around it fail. `pnpm soak crash overload` runs those whose names begin so. Prints what was done, what was found and what may be
 * found at most; ends with 1 when anything was worse. See docs/reliability.md.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'

const files = [
  'process/crash.test.ts',
  'process/postgres-faults.test.ts',
  'process/locked-rows.test.ts',
  'process/schema-load.test.ts',
  'process/overload.test.ts',
  'process/hostile-clients.test.ts',
  'process/jobs.test.ts',
  'process/webhooks.test.ts',
  'process/realtime-nodes.test.ts',
  'api/realtime/nodes.test.ts',
].map((file) => join('apps/server/test', file))

const require = createRequire(import.meta.url)
const binary = (name, path) => join(dirname(require.resolve(`${name}/package.json`)), path)
const run = (script, ...args) =>
  spawnSync(process.execPath, [script, ...args], { stdio: 'inherit', env: { ...process.env, SOAK: '1' } }).status ?? 1

const tsc = binary('typescript', 'bin/tsc')
if (run(tsc, '-b') !== 0 || run(tsc, '-p', 'apps/server/test') !== 0) process.exit(1)

const names = process.argv.slice(2)
const chosen = files.filter((file) => names.length === 0 || names.some((name) => basename(file).startsWith(name)))
if (chosen.length === 0) {
  console.log(`There is none of that name. There are: ${files.map((file) => basename(file, '.test.ts')).join(', ')}`)
  process.exit(1)
}
const folder = mkdtempSync(join(tmpdir(), 'holdfast-soak-'))
const rows = chosen.flatMap((file) => {
  const report = join(folder, `${basename(file)}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  run(binary('vitest', 'vitest.mjs'), 'run', file, ...reporters)
  return rowsOf(file, report)
})
rmSync(folder, { recursive: true })

/** Of each test that ran: what it told, or else only its name and whether it passed. */
function rowsOf(file, report) {
  let tests
  try {
    tests = JSON.parse(readFileSync(report, 'utf8')).testResults.flatMap(({ assertionResults }) => assertionResults)
  } catch {}
  const ran = (tests ?? []).filter(({ status }) => status === 'passed' || status === 'failed')
  if (ran.length === 0) return [{ ok: false, name: file, finding: { done: 'did not run', found: '', bar: '' } }]
  return ran.map(({ status, fullName, meta }) => ({
    ok: status === 'passed',
    name: basename(file, '.test.ts'),
    finding: meta?.finding ?? { done: fullName.trim(), found: '', bar: '' },
  }))
}

for (const { ok, name, finding } of rows) {
  console.log(`\n${ok ? 'ok    ' : 'FAILED'}  ${name}: ${finding.done}`)
  if (finding.found) console.log(`        found: ${finding.found}\n        bar:   ${finding.bar}`)
}
const failed = rows.filter(({ ok }) => !ok).length
console.log(`\n${rows.length - failed} ok, ${failed} failed`)
process.exit(failed > 0 ? 1 : 0)
