/**
 * Builds, runs every test and ends with the line `N passed, N failed`. Arguments are handed to Vitest: `pnpm test records`.
 * What does not compile or does not load counts as failed.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'

const require = createRequire(import.meta.url)
const binary = (name, path) => join(dirname(require.resolve(`${name}/package.json`)), path)

function run(script, ...args) {
  return spawnSync(process.execPath, [script, ...args], { stdio: 'inherit' }).status ?? 1
}

function finish(passed, failed) {
  console.log(`${passed} passed, ${failed} failed`)
  process.exit(failed > 0 ? 1 : 0)
}

const tsc = binary('typescript', 'bin/tsc')
if (run(tsc, '-b') !== 0 || run(tsc, '-p', 'apps/server/test') !== 0) finish(0, 1)

const folder = mkdtempSync(join(tmpdir(), 'holdfast-report-'))
const report = join(folder, 'report.json')
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
const status = run(binary('vitest', 'vitest.mjs'), 'run', ...reporters, ...process.argv.slice(2))
const results = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined
rmSync(folder, { recursive: true })

const failures = (results?.testResults ?? []).flatMap(({ name, status, message, assertionResults }) => {
  const tests = assertionResults.filter((test) => test.status === 'failed')
  const reasons = tests.map(({ fullName, failureMessages }) => `${fullName}: ${failureMessages.join(' ')}`)
  // A file that does not load has no tests to fail.
  const all = status === 'failed' && assertionResults.length === 0 ? [message] : reasons
  return all.map((reason) => `${relative('.', name)} ${reason}`)
})
// Named once more at the end, where those who read only that find them.
for (const failure of failures) console.log(`FAILED ${failure.slice(0, 800)}`)
finish(results?.numPassedTests ?? 0, failures.length === 0 && status !== 0 ? 1 : failures.length)
