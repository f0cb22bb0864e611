/** What a link to the rules of a collection keeps. */
export interface RulesSearch {
  /** The rule that is open, by its place. */
  readonly rule?: number
  /** Rules that speak about this role come first. */
  readonly role?: string
}

export function readRulesSearch(raw: Record<string, unknown>): RulesSearch {
  const rule = Number(raw['rule'])
  return {
    ...(raw['rule'] !== undefined && Number.isInteger(rule) && rule >= 0 && { rule }),
    ...(typeof raw['role'] === 'string' && raw['role'] !== '' && { role: raw['role'] }),
  }
}
