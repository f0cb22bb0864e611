import { spawnSync } from 'node:child_process'
import { readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { StartError } from '../config/index.js'

/** How PostgreSQL's programs are started: as which user, and behind which command. */
export interface Account {
  /** Who owns the data folder and runs the programs; undefined is the user of this process. */
  readonly owner?: { readonly uid: number; readonly gid: number }
  /** What to hand to `spawn` so that `program` runs as that user. */
  launch(program: string, args: readonly string[]): Launch
}

export interface Launch {
  readonly command: string
  readonly args: readonly string[]
  readonly options: { readonly uid?: number; readonly gid?: number }
}

const ownAccount: Account = { launch: (command, args) => ({ command, args, options: {} }) }

/**
 * PostgreSQL refuses to run as root, so root runs it as the owner of an existing data folder, or else as `postgres` or `nobody`.
 * That user often cannot enter the folder of the checkout (a private home, say): then `setpriv` leaves it the one capability to
 * read and enter folders that are not its own. See docs/decisions/0001-embedded-postgres.md.
 */
export function chooseAccount(dataFolder: string, programs: readonly string[]): Account {
  if (process.getuid?.() !== 0) return ownAccount
  const owner = findOwner(dataFolder)
  const reachable = [dirname(dataFolder), ...programs].every((path) => canReach(owner, path))
  if (reachable) return { owner, launch: (command, args) => ({ command, args, options: owner }) }
  const setpriv = [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups', ...readAnything(), '--']
  return {
    owner,
    launch: (program, args) => ({ command: 'setpriv', args: [...setpriv, program, ...args], options: {} }),
  }
}

/** `access(2)` judges by the real user and drops capabilities for it, unless `no_setuid_fixup` is set. */
function readAnything(): string[] {
  const capability = 'dac_read_search'
  const privileges = [
    '--no-new-privs',
    '--securebits=+no_setuid_fixup',
    ...['bounding-set', 'inh-caps', 'ambient-caps'].map((set) => `--${set}=-all,+${capability}`),
  ]
  if (spawnSync('setpriv', [...privileges, 'true']).status === 0) return privileges
  throw new StartError(
    'Root cannot run the embedded PostgreSQL from a folder that other users may not enter; ' +
      'start as an ordinary user, move the checkout and DATA_DIR to a public folder, or set DATABASE_URL',
  )
}

function findOwner(dataFolder: string): { uid: number; gid: number } {
  const existing = statSync(dataFolder, { throwIfNoEntry: false })
  if (existing !== undefined && existing.uid !== 0) return { uid: existing.uid, gid: existing.gid }
  const accounts = new Map(
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .map(([name, , uid, gid]) => [name, { uid: Number(uid), gid: Number(gid) }]),
  )
  const owner = accounts.get('postgres') ?? accounts.get('nobody')
  if (owner !== undefined) return owner
  throw new StartError('Root cannot run PostgreSQL and there is no user postgres or nobody; set DATABASE_URL')
}

/** Whether that user may read and enter a path, by the modes of all folders above it. */
function canReach({ uid, gid }: { uid: number; gid: number }, path: string): boolean {
  for (let current = realpathSync(path); ; current = dirname(current)) {
    const stat = statSync(current)
    const shift = stat.uid === uid ? 6 : stat.gid === gid ? 3 : 0
    const needed = current === realpathSync(path) ? 0o5 : 0o1
    if (((stat.mode >> shift) & needed) !== needed) return false
    if (current === dirname(current)) return true
  }
}
