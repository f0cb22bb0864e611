import { readdir, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, extname, join, relative, sep } from 'node:path'

/** A file of the built console, as it lies on the disk: plain, and compressed beside it as `.gz` and `.br`. */
export interface ConsoleFile {
  readonly path: string
  readonly type: string
  /** Its name changes with its content. */
  readonly immutable: boolean
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
  '.csv': 'text/csv; charset=utf-8',
  '.woff2': 'font/woff2',
}

const root = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('@holdfast/console/package.json')), 'dist')

/** When the console was built: its page is written anew by every build. @throws when the console was not built */
export const consoleBuiltAt = async (): Promise<number> => (await stat(join(root(), 'index.html'))).mtimeMs

/**
 * What the console is made of, by the path below `/console/`. Only what is listed here is ever read, so no path of a request
 * reaches the disk. @throws when the console was not built
 */
export async function listConsoleFiles(): Promise<ReadonlyMap<string, ConsoleFile>> {
  const folder = root()
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.flatMap((entry): [string, ConsoleFile][] => {
    const path = join(entry.parentPath, entry.name)
    const type = types[extname(entry.name)]
    const name = relative(folder, path).split(sep).join('/')
    return entry.isFile() && type ? [[name, { path, type, immutable: name.startsWith('assets/') }]] : []
  })
  return new Map(files)
}
