/** What stands before a value takes its part of the line. */
const longest = 48

/** A value as TypeScript people would write it: `{ a: 'b' }`, over several lines where one would be long. */
export function toSource(value: unknown, indent = ''): string {
  const flat = flatSource(value)
  if (flat.length + indent.length <= longest || typeof value !== 'object' || value === null) return flat
  const inner = `${indent}  `
  const lines = Array.isArray(value)
    ? value.map((item) => toSource(item, inner))
    : Object.entries(value).map(([key, item]) => `${keySource(key)}: ${toSource(item, inner)}`)
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  return `${open}\n${lines.map((line) => `${inner}${line},\n`).join('')}${indent}${close}`
}

function flatSource(value: unknown): string {
  if (typeof value === 'string') return textSource(value)
  if (Array.isArray(value)) return `[${value.map(flatSource).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined'
  const entries = Object.entries(value).map(([key, item]) => `${keySource(key)}: ${flatSource(item)}`)
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`
}

const keySource = (key: string): string => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : textSource(key))

/** What a value holds must not end the text it stands in. */
const textSource = (text: string): string =>
  `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`

/** One argument of a shell command, whatever it holds. */
export const shellQuote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
