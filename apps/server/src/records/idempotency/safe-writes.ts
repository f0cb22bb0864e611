import { setTimeout as sleep } from 'node:timers/promises'
import type { BatchRequest } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import { type GuardedDirectRequest, Principals } from '../../auth/index.js'
import { ChangeSignals } from '../../changes/index.js'
import { SchemaCache } from '../../collections/index.js'
import { defineError } from '../../lib/index.js'
import { Database, type Executor, type IsolationLevel, retryConflicts } from '../../platform/db/index.js'
import type { Answer } from '../../platform/http/index.js'
import { causedBy, type Target, type Transactions } from '../write/target.js'
import { claimKey, findKept, type KeptAnswer, keepAnswer } from './kept-answers.js'
import { type KeyedRequest, parseKeyed } from './parse-key.js'

const inProgress = defineError('idempotency_in_progress')
const keyReused = defineError('idempotency_key_reused')

/** How long a repeat waits for the first request with its key. */
const patienceMs = 5000
const longestPauseMs = 200

/** What a request does to the database: everything in `target`, and nothing beside it. */
export type WriteWork = (target: Target) => Promise<Answer>

interface Outcome extends KeptAnswer {
  /** It was this request that did the work. */
  readonly fresh: boolean
}

/** Another transaction is at work for the same key, or was done first. */
class Outrun extends Error {}

/**
 * Runs what writing requests do: planned on the schema as it is, again when transactions got in each other's way, and with
 * an Idempotency-Key at most once. Then the answer is kept in the transaction of the write itself, so that whatever
 * breaks after the commit, a repeat finds both, and whatever breaks before, neither. Only what was done is kept: a
 * request that was refused changed nothing, and may be tried again with the same key.
 */
@Injectable()
export class SafeWrites {
  /** Keyed requests this node is at work for. Their repeats wait here, not on connections to the database. */
  private readonly running = new Map<string, Promise<Outcome | undefined>>()

  constructor(
    private readonly db: Database,
    private readonly schemas: SchemaCache,
    private readonly principals: Principals,
    private readonly changes: ChangeSignals,
  ) {}

  /** @throws idempotency_in_progress, idempotency_key_reused, transaction_conflict, and what the work throws */
  run(request: GuardedDirectRequest, work: WriteWork, isolation?: IsolationLevel): Promise<Answer> {
    return this.start(request, work, isolation).finally(() => {
      this.changes.announce()
      if (deletesUsers(request)) this.principals.forgetAll()
    })
  }

  private start(request: GuardedDirectRequest, work: WriteWork, isolation?: IsolationLevel): Promise<Answer> {
    const key = request.headers['idempotency-key']
    const db = causedBy(this.db, request.principal, request.id)
    if (key === undefined) return this.repeat(() => work(db))
    return this.runKeyed(db, parseKeyed(request, String(key)), work, isolation)
  }

  private repeat<T>(work: () => Promise<T>): Promise<T> {
    return retryConflicts(() => this.schemas.consistently(work))
  }

  private async runKeyed(
    db: Transactions,
    request: KeyedRequest,
    work: WriteWork,
    isolation?: IsolationLevel,
  ): Promise<Answer> {
    const name = request.keyHash.toString('base64')
    const deadlineMs = performance.now() + patienceMs
    for (let other = this.running.get(name); other; other = this.running.get(name)) {
      const outcome = await within(deadlineMs, other)
      if (outcome) return replay(request, outcome)
    }
    const first = this.runFirst(db, request, work, isolation, deadlineMs)
    const forRepeats = first.catch(() => undefined).finally(() => this.running.delete(name))
    this.running.set(name, forRepeats)
    const outcome = await first
    return outcome.fresh ? outcome.answer : replay(request, outcome)
  }

  /** The first of its key on this node; on others there may be more. */
  private async runFirst(
    db: Transactions,
    request: KeyedRequest,
    work: WriteWork,
    isolation: IsolationLevel | undefined,
    deadlineMs: number,
  ): Promise<Outcome> {
    for (let pauseMs = 10; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
      try {
        return await this.repeat(() => db.transaction((tx) => runOnce(tx, request, work), { isolation }))
      } catch (error) {
        // What failed may have failed because the same request was done first, on another node or before the answer got lost.
        const kept = await findKept(this.db, request).catch(() => undefined)
        if (kept) return { ...kept, fresh: false }
        if (!(error instanceof Outrun)) throw error
      }
      if (performance.now() + pauseMs > deadlineMs) throw stillRunning()
      await sleep(pauseMs)
    }
  }
}

/**
 * Whoever is deleted asks no more from the moment the answer is given: PostgreSQL tells all nodes, but that takes a moment.
 * (Who goes with a record they point at, or as a child in the body of another, goes by that signal.)
 */
function deletesUsers({ method, params, body }: GuardedDirectRequest): boolean {
  if (params['collection'] !== undefined) return method === 'DELETE' && params['collection'] === 'users'
  const { operations } = (body ?? {}) as Partial<BatchRequest>
  return Array.isArray(operations) && operations.some((one) => one?.action === 'delete' && one.collection === 'users')
}

async function runOnce(tx: Executor, request: KeyedRequest, work: WriteWork): Promise<Outcome> {
  const { free, kept } = await claimKey(tx, request)
  if (kept) return { ...kept, fresh: false }
  if (!free) throw new Outrun()
  const answer = await work(tx)
  if (!(await keepAnswer(tx, request, answer))) throw new Outrun()
  return { requestHash: request.requestHash, answer, fresh: true }
}

/** @throws idempotency_key_reused */
function replay({ requestHash }: KeyedRequest, { requestHash: answered, answer }: KeptAnswer): Answer {
  if (!requestHash.equals(answered))
    throw keyReused('This Idempotency-Key came with another request before', {
      hint: 'Make a new key for each new write; a repeat must be equal in every byte.',
    })
  return { ...answer, headers: { ...answer.headers, 'idempotency-replayed': 'true' } }
}

async function within<T>(deadlineMs: number, result: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, refuse) => {
    timer = setTimeout(() => refuse(stillRunning()), deadlineMs - performance.now())
  })
  try {
    return await Promise.race([result, late])
  } finally {
    clearTimeout(timer)
  }
}

const stillRunning = () =>
  inProgress('The first request with this Idempotency-Key is still running', { headers: { 'retry-after': '1' } })
