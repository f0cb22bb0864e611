import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../../support/index.js'

let server: TestServer

beforeAll(async () => {
  server = await startServer({ ADMIN_EMAIL: 'admin@example.com', ADMIN_PASSWORD: 'correct horse' })
})

afterAll(() => server?.stop())

const guide = readFileSync(new URL('../../../../../docs/api.md', import.meta.url), 'utf8')
const mark = '----- next example -----'

/** Shell examples in order, each with the answer that is shown below it. */
const examples = [...guide.matchAll(/```sh\n(.*?)```\n(?:```json\n(.*?)```)?/gs)].map(([, command, answer]) => ({
  command: command!,
  answer: answer === undefined ? undefined : (JSON.parse(answer) as unknown),
}))

/** The keys and types of a value, without the values that differ from run to run. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf)
  if (typeof value !== 'object' || value === null) return value === null ? null : typeof value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]))
}

describe('the guide to the HTTP API', () => {
  it('has examples that run in order and answer as shown', async () => {
    const script = examples.map(({ command }) => command).join(`\necho; echo '${mark}'\n`)
    const here = script.replace('http://127.0.0.1:4400', server.url)
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', here])
    const answers = stdout.split(mark)
    expect(answers).toHaveLength(examples.length)
    const shown = examples.flatMap(({ answer }, index) => (answer === undefined ? [] : [{ answer, index }]))
    expect(shown.length).toBeGreaterThan(4)
    for (const { answer, index } of shown) {
      const given: unknown = JSON.parse(answers[index]!)
      expect(shapeOf(given), answers[index]).toEqual(shapeOf(answer))
      expect(factsOf(given)).toEqual(factsOf(answer))
    }
  })
})

/** What an error says, which is the same on every run. */
function factsOf(answer: unknown): unknown {
  const { requestId: _, current: __, ...facts } = answer as Record<string, unknown>
  return 'code' in facts ? facts : undefined
}
