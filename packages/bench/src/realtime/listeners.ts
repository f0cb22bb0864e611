import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Heard, Opening, Task } from './listener-program.js'

/** Clients that listen, in a process of their own. */
export class Listeners {
  private readonly child: ChildProcess = fork(fileURLToPath(new URL('listener-program.js', import.meta.url)))

  async open(opening: Omit<Opening, 'task'>): Promise<void> {
    await this.ask({ task: 'open', ...opening })
  }

  report(): Promise<Heard> {
    return this.ask({ task: 'report' }) as Promise<Heard>
  }

  /** Ends the process, and with it all its connections. */
  async stop(): Promise<void> {
    if (!this.child.connected) return
    const ended = once(this.child, 'exit')
    this.child.disconnect()
    await ended
  }

  private async ask(task: Task): Promise<unknown> {
    this.child.send(task)
    const [answer] = await once(this.child, 'message')
    if ('error' in answer) throw new Error(answer.error)
    return answer.result
  }
}
