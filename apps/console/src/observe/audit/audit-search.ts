/** What the URL of the audit log keeps. */
export interface AuditSearch {
  readonly action?: string
  readonly result?: 'done' | 'refused'
  readonly target?: string
  readonly actorId?: string
  /** The line that is looked at. */
  readonly entry?: string
}

const text = (value: unknown, pattern: RegExp): string | undefined => {
  const given = typeof value === 'number' ? String(value) : value
  return typeof given === 'string' && pattern.test(given) ? given : undefined
}

export function parseAuditSearch(search: Record<string, unknown>): AuditSearch {
  const { result } = search
  const found = {
    action: text(search['action'], /^[a-zA-Z]{1,50}(\.[a-zA-Z]{1,50}){0,5}$/),
    result: result === 'done' || result === 'refused' ? result : undefined,
    target: text(search['target'], /^.{1,300}$/),
    actorId: text(search['actorId'], /^[\da-f-]{36}$/),
    entry: text(search['entry'], /^\d{1,18}$/),
  }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
}
