import type { ConditionJson } from '@holdfast/contract'

/** A filter that somebody types as JSON, or what is wrong with it. Nothing typed is every record. */
export function parseFilterText(text: string): { readonly filter?: ConditionJson; readonly problem?: string } {
  if (text.trim() === '') return { filter: {} }
  try {
    const json: unknown = JSON.parse(text)
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return { filter: json as ConditionJson }
    return { problem: 'A filter is an object: { "status": "published" }' }
  } catch {
    return { problem: 'This is no JSON yet' }
  }
}
