import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Load, LoadResult } from './loader.js'

/** The process that asks, apart from the ones that answer. */
export class Loader {
  private readonly child: ChildProcess = fork(fileURLToPath(new URL('loader.js', import.meta.url)))

  async run(load: Load): Promise<LoadResult> {
    this.child.send(load)
    const [answer] = await once(this.child, 'message')
    if ('error' in answer) throw new Error(answer.error)
    return answer.result
  }

  stop(): void {
    if (this.child.connected) this.child.disconnect()
  }
}
