import { createHash } from 'node:crypto'
import { Inject, Injectable } from '@nestjs/common'
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible'
import { type RedisClient, RedisConnection } from '../../platform/bus/index.js'

export interface Budget {
  readonly points: number
  /** Seconds. */
  readonly duration: number
}

/** What is counted under a name, and how a key is called there. */
export interface Counter {
  readonly limiter: Pick<RateLimiterAbstract, 'consume' | 'penalty' | 'reward' | 'block' | 'points'>
  keyOf(key: string): string
}

/**
 * Counters of attempts. With `REDIS_URL` all nodes count together; while Redis is away each counts for itself, so that
 * nobody is let through uncounted and nobody is turned away.
 */
@Injectable()
export class Counters {
  private readonly known = new Map<string, Counter>()

  constructor(
    @Inject(RedisConnection) private readonly redis: Pick<RedisConnection, 'isConfigured' | 'client' | 'nameFor'>,
  ) {}

  async find(name: string, budget: Budget): Promise<Counter> {
    const known = this.known.get(name)
    if (known) return known
    const made = await this.make(name, budget)
    // Whoever asked meanwhile must count in the same memory.
    const counter = this.known.get(name) ?? made
    this.known.set(name, counter)
    return counter
  }

  private async make(name: string, budget: Budget): Promise<Counter> {
    const inMemory = new RateLimiterMemory({ ...budget, keyPrefix: name })
    const { client } = this.redis
    if (!this.redis.isConfigured || client === undefined) return { limiter: inMemory, keyOf: (key) => key }
    return makeShared(client, await this.redis.nameFor('limits'), name, budget, inMemory)
  }
}

function makeShared(
  client: RedisClient,
  secretName: string,
  name: string,
  budget: Budget,
  inMemory: RateLimiterMemory,
): Counter {
  const limiter = new RateLimiterRedis({
    ...budget,
    storeClient: client,
    useRedisPackage: true,
    rejectIfRedisNotReady: true,
    keyPrefix: `${secretName}:${name.replaceAll(' ', '-')}`,
    insuranceLimiter: inMemory,
  })
  // Addresses of people are nobody's business who looks into Redis.
  const keyOf = (key: string) => createHash('sha256').update(`${secretName} ${key}`).digest('base64url')
  return { limiter, keyOf }
}
