import type { Json } from '@holdfast/contract'

const isObject = (value: Json | undefined): value is { [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The merge patch (RFC 7396) that makes `after` of `before`: what is gone is null, lists are replaced whole. */
export function mergePatchOf(before: Json, after: Json): Json {
  if (!isObject(before) || !isObject(after)) return after
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  const entries = [...names].flatMap((name): [string, Json][] => {
    const [was, is] = [before[name], after[name]]
    if (JSON.stringify(was) === JSON.stringify(is)) return []
    if (is === undefined) return [[name, null]]
    return [[name, was === undefined ? is : mergePatchOf(was, is)]]
  })
  return Object.fromEntries(entries)
}
