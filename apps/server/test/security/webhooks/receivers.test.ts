import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually, Hooks, received } from '../../api/webhooks/hooks.js'
import { pour, type RawReceiver, startRawReceiver } from '../outbound/raw-receiver.js'
import { startReceiver } from '../outbound/receiver.js'

let hooks: Hooks
const receivers: RawReceiver[] = []

beforeAll(async () => {
  hooks = await Hooks.start()
})
afterAll(async () => {
  for (const receiver of receivers) receiver.close()
  await hooks?.server.stop()
})

const head = 'HTTP/1.1 200 OK\r\n'
const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024))

async function drip(socket: Socket): Promise<void> {
  socket.write(`${head}content-length: 100000\r\n\r\n`)
  while (!socket.destroyed) {
    socket.write('a')
    await sleep(1000)
  }
}

/** How a receiver behaves, and what the log says of the attempt: its status, and whether it was an error. */
const hostile: [string, (socket: Socket) => void, { status: number | null; state: string }][] = [
  ['never answers', () => {}, { status: null, state: 'pending' }],
  ['sends a byte a second', (socket) => void drip(socket), { status: null, state: 'pending' }],
  [
    'sends headers without end',
    (socket) => pour(socket, `${head}${'x-a: b\r\n'.repeat(100)}`),
    { status: null, state: 'pending' },
  ],
  [
    'sends a body without end',
    (socket) => {
      socket.write(`${head}\r\n`)
      pour(socket, 'a'.repeat(64 * 1024))
    },
    { status: 200, state: 'delivered' },
  ],
  [
    'sends a bomb',
    (socket) => {
      socket.write(`${head}content-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`)
      socket.end(bomb)
    },
    { status: 200, state: 'delivered' },
  ],
  [
    'floods with early hints',
    (socket) => pour(socket, 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'.repeat(100)),
    { status: null, state: 'pending' },
  ],
]

describe('A192: receivers that mean harm', () => {
  it('keep no worker for longer than the timeout, little of what they say is kept, and the others are not slowed', async () => {
    const made = await Promise.all(
      hostile.map(async ([, answer]) => {
        const receiver = await startRawReceiver(answer)
        receivers.push(receiver)
        return { receiver, id: (await hooks.create(receiver.port)).id as string }
      }),
    )
    const healthy = await startReceiver()
    await hooks.create(healthy.port)
    const startedAt = Date.now()
    for (let n = 0; n < 10; n++) await hooks.post({ title: `${n}` })
    await received(healthy, 10)
    expect(Date.now() - startedAt).toBeLessThan(15_000)
    for (const [place, [how, , expected]] of hostile.entries()) {
      const { id } = made[place]!
      await eventually(async () => {
        const log = await hooks.deliveries(id)
        const tried = log.filter(({ attempts }) => attempts.length > 0)
        expect(tried.length, how).toBeGreaterThan(0)
        const [attempt] = tried.at(-1).attempts
        expect([attempt.status, tried.at(-1).state], how).toEqual([expected.status, expected.state])
        expect(attempt.durationMs, how).toBeLessThan(28_000)
        expect((attempt.response ?? '').length, how).toBeLessThanOrEqual(1024)
      })
    }
    for (const { id } of made) await hooks.send('DELETE', `/admin/webhooks/${id}`)
    await eventually(async () => expect(made.map(({ receiver }) => receiver.open)).toEqual(made.map(() => 0)))
    healthy.close()
  }, 180_000)

  it('are probed by one call at a time once they have failed for a while', async () => {
    let open = 0
    let most = 0
    const receiver = await startReceiver((response) => {
      open++
      most = Math.max(most, open)
      setTimeout(() => {
        open--
        response.writeHead(500).end()
      }, 50)
    })
    const { id } = await hooks.create(receiver.port)
    for (let n = 0; n < 20; n++) await hooks.post()
    await received(receiver, 4)
    await eventually(async () => {
      const [[failures]] = (await hooks.sql('select failures from holdfast.webhooks where id = $1', id)) as [[number]]
      expect(failures).toBeGreaterThanOrEqual(4)
      expect(open).toBe(0)
    })
    most = 0
    for (let probe = 1; probe <= 5; probe++) {
      // All that came in is written down: what follows is another probe.
      await eventually(async () => {
        const attempts = (await hooks.deliveries(id)).flatMap((delivery) => delivery.attempts)
        expect(attempts).toHaveLength(receiver.received.length)
      })
      const before = receiver.received.length
      await hooks.hurry(id)
      await received(receiver, before + 1)
    }
    expect(most).toBe(1)
    const waiting = await hooks.deliveries(id, '&state=pending')
    expect(waiting.filter(({ attempts }) => attempts.length === 0).length).toBeGreaterThan(0)
    await hooks.send('DELETE', `/admin/webhooks/${id}`)
    receiver.close()
  })
})

describe('A190: what the log tells of the network', () => {
  it('is the same for everything that did not answer', async () => {
    const canary = await startReceiver()
    const { id } = await hooks.create(canary.port, { url: `http://localhost:${canary.port}/` })
    const startedAt = performance.now()
    const refused = await hooks.send('POST', `/admin/webhooks/${id}/test`)
    expect(refused).toEqual({
      ...{ at: expect.any(String), durationMs: 1000, status: null, response: null },
      error: 'The host has no public address, nor one that OUTBOUND_ALLOW opens',
    })
    expect(performance.now() - startedAt).toBeGreaterThan(990)
    expect(canary.received).toHaveLength(0)
    await hooks.send('PATCH', `/admin/webhooks/${id}`, { url: 'http://127.0.0.1:1/' })
    const closed = await hooks.send('POST', `/admin/webhooks/${id}/test`)
    expect(closed).toEqual({
      ...{ at: expect.any(String), durationMs: 1000, status: null, response: null },
      error: 'The receiver could not be reached',
    })
    await hooks.send('DELETE', `/admin/webhooks/${id}`)
    canary.close()
  })

  it('is a kilobyte of the answer at most, which is text whatever it was', async () => {
    const receiver = await startReceiver((response) => {
      response.end(Buffer.concat([Buffer.from([0, 255]), Buffer.from('ä'.repeat(5000))]))
    })
    const { id } = await hooks.create(receiver.port)
    const { response } = await hooks.send('POST', `/admin/webhooks/${id}/test`)
    expect(Buffer.byteLength(response)).toBeLessThanOrEqual(1024)
    expect(response).toMatch(/^\uFFFD\uFFFDä+$/)
    await hooks.send('DELETE', `/admin/webhooks/${id}`)
    receiver.close()
  })

  it('A185: an address of the inside is refused before it is stored', async () => {
    for (const host of ['10.0.0.1', '169.254.169.254', '[::1]', '0x7f.2', '2130706434']) {
      const body = { url: `http://${host}/`, collection: 'posts', events: ['create'] }
      const { status, json } = await hooks.request('POST', '/admin/webhooks', { body })
      expect([host, status, json.errors[0].path]).toEqual([host, 422, 'url'])
    }
  })
})
