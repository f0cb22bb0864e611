import type { HookData } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import type { ClientInfo, OpenSession, Proof } from '../../auth/index.js'
import { type JobQueue, Jobs } from '../../jobs/index.js'
import type { Executor } from '../../platform/db/index.js'
import { Hooks } from './hooks.js'

/** Tells the hook `afterSignIn` of each sign-in, by a job of its transaction: later, but surely. */
@Injectable()
export class SignInHook {
  private readonly queue: JobQueue<HookData['afterSignIn']>

  constructor(
    private readonly hooks: Hooks,
    jobs: Jobs,
  ) {
    this.queue = jobs.define<HookData['afterSignIn']>(
      'accounts.afterSignIn',
      { concurrency: 4, retries: 8, timeoutSeconds: 30, redact: ['address', 'userAgent'] },
      async ({ id, data }) => {
        if (!(await this.hooks.tell('afterSignIn', data, id))) throw new Error('The hook afterSignIn did not take it')
      },
    )
  }

  async enqueue(tx: Executor, { principal }: OpenSession, { methods }: Proof, client: ClientInfo): Promise<void> {
    if (!(await this.hooks.isSet('afterSignIn'))) return
    const { userId, sessionId } = principal
    const { address, userAgent = null } = client
    const event = { userId, sessionId, methods, address, userAgent, at: new Date().toISOString() }
    await this.queue.enqueue(event, { tx })
  }
}
