import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createLog } from '../log/index.js'
import { answerBrokenRequest, limitConnections } from './connections.js'

let server: Server
const sockets: Socket[] = []
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
  server.close()
})

const { log } = createLog({ logLevel: 'silent' })

/** How many of five connections from the loopback stay open where three are allowed. */
async function openFive(trustedProxies: readonly string[]): Promise<() => number> {
  server = createServer()
  limitConnections(server, trustedProxies, log, 3)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  let closed = 0
  for (let count = 0; count < 5; count++)
    sockets.push(
      connect(port, '127.0.0.1')
        .on('error', () => {})
        .on('close', () => closed++),
    )
  await expect.poll(() => sockets.every((socket) => !socket.connecting)).toBe(true)
  return () => 5 - closed
}

describe('limitConnections', () => {
  it('closes what one address opens beyond its share, and takes others once there is room', async () => {
    const countOpen = await openFive(['10.0.0.0/8', '::1'])
    await expect.poll(countOpen).toBe(3)
    for (const socket of sockets) socket.destroy()
    await expect.poll(() => new Promise((count) => server.getConnections((_error, open) => count(open)))).toBe(0)
    const next = connect((server.address() as AddressInfo).port, '127.0.0.1')
    sockets.push(next)
    next.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
    server.on('request', (_request, response) => response.end('hello'))
    expect(String(await new Promise((answer) => next.once('data', answer)))).toContain('hello')
  })

  it('knows that a trusted proxy stands for many', async () => {
    const countOpen = await openFive(['10.0.0.1', '127.0.0.0/8'])
    await new Promise((done) => setTimeout(done, 100))
    expect(countOpen()).toBe(5)
  })
})

describe('answerBrokenRequest', () => {
  it('lets go of one who neither ends the request nor reads the answer', async () => {
    server = createServer({ headersTimeout: 100, requestTimeout: 200, connectionsCheckingInterval: 50 })
    server.on('clientError', answerBrokenRequest)
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const slow = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {})
    sockets.push(slow)
    slow.write('GET / HTTP/1.1\r\nslow: ')
    const dripping = setInterval(() => slow.write('x'), 50)
    const countOpen = () => new Promise((count) => server.getConnections((_error, open) => count(open)))
    await expect.poll(countOpen).toBe(1)
    await expect.poll(countOpen, { timeout: 20_000 }).toBe(0)
    clearInterval(dripping)
  })
})
