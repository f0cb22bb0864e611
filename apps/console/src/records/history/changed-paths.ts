import type { Json } from '@holdfast/contract'

export interface PathChange {
  /** Empty: the value as a whole. */
  readonly path: string
  /** Undefined: was not there. */
  readonly from: Json | undefined
  readonly to: Json | undefined
}

/** More of them nobody reads. */
const mostPaths = 100

/** What differs between two JSON values, place by place. */
export function changedPaths(from: Json | undefined, to: Json | undefined): PathChange[] {
  const changes: PathChange[] = []
  collect([], from, to, changes)
  return changes
}

function collect(path: readonly string[], from: Json | undefined, to: Json | undefined, changes: PathChange[]): void {
  if (changes.length >= mostPaths || JSON.stringify(from) === JSON.stringify(to)) return
  if (!isTree(from) || !isTree(to) || Array.isArray(from) !== Array.isArray(to))
    return void changes.push({ path: path.join('.'), from, to })
  const [old, next] = [new Map(Object.entries(from)), new Map(Object.entries(to))]
  for (const key of new Set([...old.keys(), ...next.keys()]))
    collect([...path, key], old.get(key), next.get(key), changes)
}

const isTree = (value: Json | undefined): value is Json[] | { [key: string]: Json } =>
  typeof value === 'object' && value !== null
