import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { Injectable, type OnModuleInit } from '@nestjs/common'
import { type Algorithm, hash, verify } from '@node-rs/argon2'
import { WorkQueue } from './work-queue.js'

/** OWASP's second set for argon2id: 19 MiB, two passes, one lane. */
const options = { algorithm: 2 satisfies Algorithm.Argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** As many hashes at a time as there are cores, on threads of the pool that would have nothing faster to do. */
const concurrency = Math.min(4, availableParallelism())
/** About two seconds of work: whoever comes later is better told to come again. */
const maxWaiting = 50 * concurrency

/** Hashes and checks passwords with argon2id, off the main thread. */
@Injectable()
export class PasswordHasher implements OnModuleInit {
  private readonly queue = new WorkQueue(concurrency, maxWaiting)
  private hashOfNobody = ''

  async onModuleInit(): Promise<void> {
    this.hashOfNobody = await this.hash(randomBytes(32).toString('hex'))
  }

  hash(password: string): Promise<string> {
    return this.queue.run(() => hash(password, options))
  }

  /** Whether the password has this hash. Without a hash the answer is no and takes as long, so it tells nobody who exists. */
  async verify(passwordHash: string | undefined, password: string): Promise<boolean> {
    const matches = await this.queue.run(() => verify(passwordHash ?? this.hashOfNobody, password))
    return matches && passwordHash !== undefined
  }
}
