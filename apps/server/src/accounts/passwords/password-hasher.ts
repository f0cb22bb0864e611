import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common'
import { type Algorithm, hash, verify } from '@node-rs/argon2'
import { WorkQueue } from './work-queue.js'
import { yieldToRequests } from './yield-to-requests.js'

/** OWASP's second set for argon2id: 19 MiB, two passes, one lane. */
const options = { algorithm: 2 satisfies Algorithm.Argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/**
 * One hash per core: one more gives no more sign-ins, and the others wait longer. Node has four threads for such work; one stays
 * free for signatures, files and names.
 */
const concurrency = Math.min(3, availableParallelism())
/** Where many sign in at once, they wait a little longer, and one core is there for everybody else. */
const crowdedConcurrency = Math.max(1, concurrency - 1)
const crowd = 8
/** One to two seconds of work: whoever comes later is better told to come again. */
const maxWaiting = 100

/** Hashes and checks passwords with argon2id, off the main thread. */
@Injectable()
export class PasswordHasher implements OnApplicationBootstrap {
  private readonly queue = new WorkQueue({ concurrency, crowdedConcurrency, crowd, maxWaiting })
  private readonly hashOfNobody = this.hash(randomBytes(32).toString('hex'))

  onApplicationBootstrap(): void {
    yieldToRequests()
  }

  hash(password: string): Promise<string> {
    return this.queue.run(() => hash(password, options))
  }

  /** Whether the password has this hash. Without a hash the answer is no and takes as long, so it tells nobody who exists. */
  async verify(passwordHash: string | undefined, password: string): Promise<boolean> {
    const hash = passwordHash ?? (await this.hashOfNobody)
    const matches = await this.queue.run(() => verify(hash, password))
    return matches && passwordHash !== undefined
  }
}
