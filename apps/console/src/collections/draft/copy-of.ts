import type { CollectionDefinition } from '@holdfast/contract'
import { freeName } from './change-draft'

/** The same collection under a free name: no ids, and no inverse names, which are taken already. Only one can have members. */
export function copyOf(source: CollectionDefinition, all: readonly CollectionDefinition[]): CollectionDefinition {
  const { id: _, members: __, ...definition } = source
  const name = freeName(source.name, new Set(all.map((collection) => collection.name.toLowerCase())))
  const fields = source.fields.map(({ id: _, inverse: __, ...field }) => field)
  return { ...definition, name, fields }
}
