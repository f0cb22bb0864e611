/** Where in a JSON text, that need not be finished, the cursor stands. */
export interface JsonPlace {
  /** Keys and numbers of items that lead to the object or list around it. */
  readonly path: readonly (string | number)[]
  readonly at: 'key' | 'value'
  /** The key whose value it is; in a list, the number of the item. */
  readonly key: string | number | undefined
  /** What has been typed of the key or value, without its quote. */
  readonly typed: string
  /** Where that begins, with its quote. */
  readonly from: number
}

interface Level {
  readonly kind: 'object' | 'array'
  key: string | undefined
  item: number
  /** Behind the colon. */
  inValue: boolean
}

/** The place of `end`; undefined outside of any object and list. */
export function placeAt(text: string, end: number): JsonPlace | undefined {
  const levels: Level[] = []
  let token = ''
  let from = end
  for (let at = 0; at < end; ) {
    const level = levels.at(-1)
    const char = text[at]!
    if (char === '"') {
      const after = endOfString(text, at, end)
      if (after === undefined) return toPlace(levels, text.slice(at + 1, end), at)
      if (level?.kind === 'object' && !level.inValue) level.key = unquote(text.slice(at, after))
      at = after
      token = ''
      continue
    }
    if (/[\w.$+-]/.test(char)) {
      if (token === '') from = at
      token += char
    } else token = ''
    if (char === '{' || char === '[')
      levels.push({ kind: char === '{' ? 'object' : 'array', key: undefined, item: 0, inValue: false })
    else if (char === '}' || char === ']') levels.pop()
    else if (char === ':' && level) level.inValue = true
    else if (char === ',' && level) {
      level.item += 1
      level.inValue = false
      level.key = undefined
    }
    at += 1
  }
  return toPlace(levels, token, token === '' ? end : from)
}

function toPlace(levels: readonly Level[], typed: string, from: number): JsonPlace | undefined {
  const last = levels.at(-1)
  if (!last) return undefined
  const path = levels.slice(0, -1).map(({ kind, key, item }) => (kind === 'object' ? (key ?? '') : item))
  const inKey = last.kind === 'object' && !last.inValue
  const key = last.kind === 'array' ? last.item : inKey ? undefined : last.key
  return { path, at: inKey ? 'key' : 'value', key, typed, from }
}

/** Behind the closing quote; undefined where there is none before `end`. */
function endOfString(text: string, start: number, end: number): number | undefined {
  for (let at = start + 1; at < end; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text[at] === '"') return at + 1
  }
  return undefined
}

function unquote(text: string): string {
  try {
    return String(JSON.parse(text))
  } catch {
    return text.slice(1, -1)
  }
}
