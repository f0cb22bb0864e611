import { expect, it } from 'vitest'
import { runRealtimeDemo } from '../../../../packages/cli/src/demo/realtime/run-realtime-demo.js'

it('shows that a killed and a restarted server lose no message and double none', async () => {
  let text = ''
  await runRealtimeDemo(process.env, {
    write: (part) => {
      text += part
    },
  })
  expect(text).toContain('server: kill -9')
  expect(text).toContain('server: stopped in order')
  expect(text).toMatch(/ada +tea +60 +0 +0 +yes +[1-9]\d* +0/)
  expect(text).toMatch(/bob +everything +120 +0 +0 +yes +[1-9]\d* +0/)
}, 180_000)
