import { isDeepStrictEqual } from 'node:util'
import type { Json, RecordVersion } from '@holdfast/contract'
import type { VersionRow } from './plan-versions.js'

type Image = { readonly [field: string]: Json }

/** A version as JSON text. The record in it is the text that PostgreSQL made. */
export function toVersionJson([, action, version, at, named, user, after, before, record]: VersionRow): string {
  const changes = changesOf(
    action,
    JSON.parse(after) as Image,
    before === null ? undefined : (JSON.parse(before) as Image),
  )
  const told: RecordVersion = { version, action, at, ...(named && { user }), changes }
  const text = JSON.stringify(told)
  return record === null ? text : `${text.slice(0, -1)},"record":${record}}`
}

/** Of an update only fields that are open in both images. */
function changesOf(action: RecordVersion['action'], after: Image, before: Image | undefined): RecordVersion['changes'] {
  if (action === 'create') return told(after, (to) => ({ from: null, to }))
  if (action === 'delete') return told(after, (from) => ({ from, to: null }))
  if (!before) return {}
  const names = Object.keys(after).filter((name) => name in before && !isDeepStrictEqual(after[name], before[name]))
  return Object.fromEntries(names.map((name) => [name, { from: before[name]!, to: after[name]! }]))
}

const told = (image: Image, change: (value: Json) => { from: Json; to: Json }): RecordVersion['changes'] =>
  Object.fromEntries(
    Object.entries(image)
      .filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0))
      .map(([name, value]) => [name, change(value)]),
  )
