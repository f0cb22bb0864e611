/**
 * Stops this process when the package manager that launched it is gone. `npx` dies of a signal without passing it on, so
 * `kill` of what the user started would leave the server behind. Ctrl-C needs none of this: the terminal tells everyone.
 */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'

const launchers = /(^|[/\s])(npx|npm|pnpm)(\.c?js|\s|$)/
const shell = /(^|\/)(sh|bash|dash|zsh)\s/
const intervalMs = 500

export function watchLauncher() {
  execFile('ps', ['-eo', 'pid=,ppid=,args='], (error, output) => {
    // Without ps (a slim container) there is no launcher worth watching.
    const launcher = error ? undefined : findLauncher(output)
    if (launcher !== undefined)
      setInterval(() => isGone(launcher) && process.kill(process.pid, 'SIGTERM'), intervalMs).unref()
  })
}

/** The outermost package manager among our ancestors; only shells may lie between. */
function findLauncher(output) {
  const processes = new Map(
    output.split('\n').map((line) => {
      const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
      return [Number(pid), { parent: Number(parent), command }]
    }),
  )
  let launcher
  for (let pid = process.ppid; processes.has(pid); pid = processes.get(pid).parent) {
    const { command } = processes.get(pid)
    if (launchers.test(command)) launcher = pid
    else if (!shell.test(command)) break
  }
  return launcher
}

function isGone(pid) {
  try {
    process.kill(pid, 0)
    return process.platform === 'linux' && / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return true
  }
}
