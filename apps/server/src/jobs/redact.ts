const hidden = '[redacted]'

/** The same JSON with the values of these keys hidden, at any depth. */
export function redact(value: unknown, keys: readonly string[]): unknown {
  if (keys.length === 0 || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => redact(item, keys))
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, keys.includes(key) ? hidden : redact(item, keys)]),
  )
}
