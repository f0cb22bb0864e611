import type { CompletionSource } from '@codemirror/autocomplete'
import type { Json } from '@holdfast/contract'

type Schema = { readonly [key: string]: Json }

const isSchema = (value: Json | undefined): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Offers the names of properties and the values of enums that the JSON Schema of a field knows, wherever in it. */
export function completeBySchema(schema: Schema): CompletionSource {
  const names = new Map<string, string>()
  const values = new Set<string>()
  collect(schema, names, values)
  return (context) => {
    const word = context.matchBefore(/"?[\w.-]*/)
    if (!word || (word.from === word.to && !context.explicit)) return null
    const before = context.state.sliceDoc(Math.max(0, word.from - 40), word.from).trimEnd()
    const options = before.endsWith(':')
      ? [...values].map((label) => ({ label, type: 'constant' }))
      : [...names].map(([name, detail]) => ({ label: `"${name}"`, detail, type: 'property', apply: `"${name}": ` }))
    return { from: word.from, options, filter: true }
  }
}

/** Depth is what the schema has: definitions are data of an admin, and finite. */
function collect(schema: Schema, names: Map<string, string>, values: Set<string>): void {
  for (const [key, part] of Object.entries(schema)) {
    if (key === 'enum' && Array.isArray(part)) for (const value of part) values.add(JSON.stringify(value))
    if (key === 'const') values.add(JSON.stringify(part))
    if (key === 'properties' && isSchema(part))
      for (const [name, property] of Object.entries(part))
        names.set(name, isSchema(property) && typeof property['type'] === 'string' ? property['type'] : '')
    for (const inner of Array.isArray(part) ? part : [part]) if (isSchema(inner)) collect(inner, names, values)
  }
}
