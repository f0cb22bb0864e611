import type { RealtimeEvent, RealtimeReply, RealtimeRequest } from '@holdfast/contract'
import { errorStatus, realtimeCloseCodes } from '@holdfast/contract'
import type { Grant, TokenSource } from '../auth/session-keeper.js'
import { HoldfastError } from '../errors.js'

/** Whether events can arrive now. `waiting`: the connection broke, and is made again after a pause. */
export type RealtimeStatus = 'closed' | 'connecting' | 'open' | 'waiting'

export type SocketMessage = RealtimeEvent | RealtimeReply
export type SocketError = Extract<RealtimeReply, { type: 'error' }>

/** A subscription or a channel, which lives on whatever socket there is. */
export interface Member {
  /** The socket is open: says what the member wants, and from where to go on. `sameCaller`: as whoever it was before. */
  open(sameCaller: boolean): void
  receive(message: SocketMessage): void
  /** The server refused it: it is over. */
  fail(error: HoldfastError): void
}

/** How the socket is made; browsers and Node have `WebSocket` of their own. */
export type WebSocketClass = new (url: string) => WebSocket

type Request = RealtimeRequest extends infer R ? (R extends { ref?: string } ? Omit<R, 'ref'> : never) : never

const firstPauseMs = 250
const longestPauseMs = 30_000
/** How often the token is looked at, and how long the server may be silent before it is asked for a sign of life. */
const checkEveryMs = 5000
const silenceMs = 30_000
/** Without members the socket stays for a moment: the next page of an app may want it. */
const lingerMs = 2000

/** The one WebSocket of a client. It is there while somebody listens, and comes back by itself. */
export class RealtimeSocket {
  readonly #url: string
  readonly #tokens: TokenSource
  readonly #WebSocket: WebSocketClass
  readonly #members = new Map<string, Member>()
  readonly #answers = new Map<string, { resolve: () => void; reject: (error: unknown) => void }>()
  readonly #listeners = new Set<(status: RealtimeStatus) => void>()
  #status: RealtimeStatus = 'closed'
  #socket: WebSocket | undefined
  #grant: Grant | undefined
  #before: { readonly signIn: number | undefined } | undefined
  #attempts = 0
  #refs = 0
  #pauseMs: number | undefined
  #heardAt = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #checks: ReturnType<typeof setTimeout> | undefined

  constructor(baseUrl: string, tokens: TokenSource, socketClass: WebSocketClass | undefined) {
    this.#url = `${baseUrl.replace(/^http/, 'ws')}/realtime`
    this.#tokens = tokens
    this.#WebSocket = socketClass ?? (globalThis as { WebSocket?: WebSocketClass }).WebSocket ?? missing
  }

  get status(): RealtimeStatus {
    return this.#status
  }

  onStatus(listener: (status: RealtimeStatus) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  add(key: string, member: Member): void {
    this.#members.set(key, member)
    if (this.#status === 'open') member.open(true)
    else if (this.#status === 'closed') void this.#connect()
  }

  remove(key: string, request: Request): void {
    if (!this.#members.delete(key)) return
    if (this.#status === 'open') this.#write(request)
    if (this.#members.size === 0) setTimeout(() => this.#members.size === 0 && this.close(), lingerMs)
  }

  /** Asks for what a member wants. What the server refuses is over; what breaks comes again with the next socket. */
  begin(key: string, request: Request): void {
    const member = this.#members.get(key)
    this.#ask(request).catch((error: unknown) => {
      if (error instanceof HoldfastError && member !== undefined && this.#members.get(key) === member)
        this.#end(key, member, error)
    })
  }

  #end(key: string, member: Member, error: HoldfastError): void {
    this.#members.delete(key)
    member.fail(error)
  }

  /**
   * Sends what is answered with `ok`, once a connection that is being made is there.
   * @throws HoldfastError, or an Error when there is no connection or it breaks
   */
  async request(request: Request): Promise<void> {
    if (this.#status === 'connecting')
      await new Promise<void>((resolve) => {
        const stop = this.onStatus(() => resolve(stop()))
      })
    return this.#ask(request)
  }

  #ask(request: Request): Promise<void> {
    return new Promise((resolve, reject) => {
      const ref = String(++this.#refs)
      this.#answers.set(ref, { resolve, reject })
      if (this.#socket?.readyState === 1) this.#write({ ...request, ref })
      else reject(notConnected())
    })
  }

  /** Who asks has changed: everything begins anew as the new caller. */
  restart(): void {
    if (this.#status !== 'closed') this.#reconnect(0)
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#drop()
    this.#before = undefined
    this.#tell('closed')
  }

  // ── the life of a socket ───────────────────────────────────────────────────────────────────────────────────────────

  async #connect(): Promise<void> {
    this.#tell('connecting')
    try {
      this.#grant = await this.#tokens.grant()
    } catch {
      return this.#retry()
    }
    if (this.#status !== 'connecting' || this.#socket) return
    const socket = new this.#WebSocket(this.#url)
    this.#socket = socket
    this.#heardAt = Date.now()
    socket.onopen = () => void this.#opened(socket)
    socket.onmessage = ({ data }) => this.#receive(String(data))
    socket.onerror = () => undefined
    socket.onclose = ({ code }) => socket === this.#socket && void this.#closed(code)
    this.#watch()
  }

  async #opened(socket: WebSocket): Promise<void> {
    const grant = this.#grant
    try {
      if (grant?.token) await this.#ask({ type: 'auth', token: grant.token })
    } catch (error) {
      const isFinal = grant && error instanceof HoldfastError && (await this.#isLast(grant))
      if (socket !== this.#socket) return
      return isFinal ? this.#refuse(error) : this.#retry()
    }
    if (socket !== this.#socket) return
    const sameCaller = this.#before === undefined || this.#before.signIn === grant?.signIn
    this.#before = { signIn: grant?.signIn }
    this.#tell('open')
    for (const member of [...this.#members.values()]) member.open(sameCaller)
  }

  /** Whether there is no other token than this one, which was refused: a token that the app gave is never renewed. */
  async #isLast(refused: Grant): Promise<boolean> {
    try {
      return !(await this.#tokens.replace(refused)) && (await this.#tokens.grant())?.token === refused.token
    } catch {
      return false
    }
  }

  #refuse(error: HoldfastError): void {
    const members = [...this.#members]
    this.close()
    for (const [key, member] of members) this.#end(key, member, error)
  }

  async #closed(code: number): Promise<void> {
    const grant = this.#grant
    this.#drop()
    if (code === realtimeCloseCodes.unauthenticated && grant) await this.#tokens.replace(grant).catch(() => undefined)
    if (this.#status === 'closed') return
    if (code === realtimeCloseCodes.slow) this.#reconnect(firstPauseMs)
    else this.#retry()
  }

  /** Pauses grow while nothing works, and are random, or all clients of a server that comes back would come at once. */
  #retry(): void {
    const growing = Math.min(longestPauseMs, firstPauseMs * 2 ** this.#attempts)
    this.#attempts += 1
    this.#reconnect(this.#pauseMs ?? growing * (0.5 + Math.random()))
  }

  #reconnect(afterMs: number): void {
    this.#drop()
    this.#pauseMs = undefined
    this.#tell('waiting')
    this.#later(afterMs, () => void this.#connect())
  }

  #drop(): void {
    const socket = this.#socket
    this.#socket = undefined
    clearTimeout(this.#checks)
    for (const { reject } of this.#answers.values()) reject(notConnected())
    this.#answers.clear()
    if (!socket) return
    socket.onopen = socket.onmessage = socket.onclose = null
    socket.close()
  }

  #later(ms: number, work: () => unknown): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(work, ms)
  }

  #tell(status: RealtimeStatus): void {
    if (status === this.#status) return
    this.#status = status
    for (const listener of [...this.#listeners])
      queueMicrotask(() => {
        if (this.#listeners.has(listener)) listener(status)
      })
  }

  /** Looks after the socket now and then, and when its token can be renewed: a short one ends soon after that. */
  #watch(): void {
    const renewInMs = (this.#grant?.refreshAt ?? 0) - Date.now()
    const inMs = renewInMs > 0 ? Math.min(renewInMs, checkEveryMs) : checkEveryMs
    this.#checks = setTimeout(() => {
      this.#watch()
      void this.#check()
    }, inMs)
  }

  /** The server closes a socket whose token has ended; a connection may be dead without anybody having said so. */
  async #check(): Promise<void> {
    const socket = this.#socket
    if (!socket || this.#status !== 'open') {
      if (socket && Date.now() - this.#heardAt > silenceMs) this.#retry()
      return
    }
    const silent = Date.now() - this.#heardAt
    if (silent > silenceMs + 2 * checkEveryMs) return this.#retry()
    if (silent > silenceMs) this.#write({ type: 'ping' })
    const grant = await this.#tokens.grant().catch(() => this.#grant)
    if (socket !== this.#socket || grant?.token === this.#grant?.token) return
    if (grant?.signIn !== this.#grant?.signIn) return this.restart()
    this.#grant = grant
    if (grant?.token) await this.#ask({ type: 'auth', token: grant.token }).catch(() => undefined)
  }

  // ── messages ───────────────────────────────────────────────────────────────────────────────────────────────────────

  #write(request: Request | RealtimeRequest): void {
    this.#socket?.send(JSON.stringify(request))
  }

  #receive(text: string): void {
    this.#heardAt = Date.now()
    const message = JSON.parse(text) as SocketMessage
    if (message.type === 'goodbye') this.#pauseMs = message.retryAfterMs
    else if (message.type === 'ok' || (message.type === 'error' && message.ref !== undefined)) this.#settle(message)
    else this.#attempts = 0
    const key = keyOf(message)
    const member = key === undefined ? undefined : this.#members.get(key)
    if (message.type === 'error' && member) this.#end(key!, member, toError(message))
    else member?.receive(message)
  }

  #settle(message: Extract<RealtimeReply, { type: 'ok' | 'error' }>): void {
    const answer = message.ref === undefined ? undefined : this.#answers.get(message.ref)
    if (!answer) return
    this.#answers.delete(message.ref!)
    if (message.type === 'ok') answer.resolve()
    else answer.reject(toError(message))
  }
}

const keyOf = (message: SocketMessage): string | undefined => {
  if ('subscription' in message && message.subscription !== undefined) return `subscription ${message.subscription}`
  return 'channel' in message && message.channel !== undefined ? `channel ${message.channel}` : undefined
}

/** Sockets tell no status: it is that of the same error over HTTP. */
const toError = ({ type: _, ...problem }: SocketError): HoldfastError =>
  new HoldfastError(errorStatus[problem.code], problem)

const notConnected = (): Error => new Error('There is no connection to the server now')

const missing = class {
  constructor() {
    throw new TypeError('This runtime has no WebSocket: pass one as `WebSocket` to createClient')
  }
} as unknown as WebSocketClass
