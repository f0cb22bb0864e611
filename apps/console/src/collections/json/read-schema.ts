import type { CollectionDefinition } from '@holdfast/contract'

/** A list of definitions, one definition, or `{"collections": […]}`, as the command line takes them; else what is wrong with it. */
export function readSchema(text: string): CollectionDefinition[] | string {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return `This is not JSON: ${(error as Error).message}`
  }
  if (typeof value !== 'object' || value === null) return 'A schema is an object with collections, or a list of them'
  const list: unknown = Array.isArray(value) ? value : 'collections' in value ? value.collections : [value]
  if (!Array.isArray(list)) return 'collections must be a list'
  if (list.length === 0) return 'There is no collection in it'
  return list as CollectionDefinition[]
}
