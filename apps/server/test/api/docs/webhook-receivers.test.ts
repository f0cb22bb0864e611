import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Received, startReceiver } from '../../security/outbound/receiver.js'
import { Hooks, received } from '../webhooks/hooks.js'

const text = readFileSync(new URL('../../../../../docs/webhooks.md', import.meta.url), 'utf8')
/** Both ways to verify a delivery, as the guide shows them. */
const snippets = [...text.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, code]) => code!)

let hooks: Hooks
let call: Received
let secret: string

beforeAll(async () => {
  hooks = await Hooks.start()
  const receiver = await startReceiver()
  ;({ secret } = await hooks.create(receiver.port))
  await hooks.post({ title: 'verify me ä' })
  call = (await received(receiver, 1))[0]!
  receiver.close()
})
afterAll(() => hooks?.server.stop())

describe.each(snippets.map((code, at) => [at, code] as const))('the receiver of the guide, number %i', (at, code) => {
  it('takes what is signed, and nothing else', async () => {
    // Beside this file, where its package can be found.
    const file = new URL(`./receiver-${at}.${process.pid}.mjs`, import.meta.url)
    writeFileSync(file, code)
    process.env['WEBHOOK_SECRET'] = secret
    try {
      const { receive } = await import(/* @vite-ignore */ file.href)
      expect(receive(call.body, call.headers)).toMatchObject({ data: { record: { title: 'verify me ä' } } })
      const late = String(Number(call.headers['webhook-timestamp']) - 3600)
      for (const [body, headers] of [
        [call.body.replace('verify', 'forge'), call.headers],
        [call.body, { ...call.headers, 'webhook-timestamp': late }],
        [call.body, { ...call.headers, 'webhook-id': 'other' }],
        [call.body, { ...call.headers, 'webhook-signature': 'v1,AAAA v1,' }],
      ] as const)
        expect(() => receive(body, headers)).toThrow()
    } finally {
      rmSync(file)
      delete process.env['WEBHOOK_SECRET']
    }
  })
})

it('the guide shows two of them', () => expect(snippets).toHaveLength(2))
