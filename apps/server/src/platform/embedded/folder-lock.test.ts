import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { expect, it } from 'vitest'
import { isAlive } from './folder-lock.js'

it('takes a process for alive as long as it runs', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  expect(isAlive(child.pid!)).toBe(true)
  child.kill()
  await once(child, 'exit')
  expect(isAlive(child.pid!)).toBe(false)
})

// Elsewhere nobody tells one from the other.
it.runIf(existsSync('/proc/self/stat'))(
  'takes none for alive that has ended and whose parent takes no note',
  async () => {
    // The shell becomes a program that knows of no child.
    const parent = spawn('sh', ['-c', 'true & echo $!; exec sleep 60'])
    try {
      const [pid] = await once(parent.stdout, 'data')
      await expect.poll(() => isAlive(Number(pid))).toBe(false)
      expect(() => process.kill(Number(pid), 0)).not.toThrow()
    } finally {
      parent.kill()
    }
  },
)
