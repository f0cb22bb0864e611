import type { ApiKeyLimits } from '@holdfast/contract'

const shownNames = 3

/** What a key is limited to, in a line; empty where it is not. */
export function describeLimits({ collections, actions, addresses, origins }: ApiKeyLimits): string {
  const parts = [
    collections && `in ${listed(collections, 'no collection')}`,
    actions && `${listed(actions, 'nothing')} only`,
    addresses && `from ${listed(addresses, 'nowhere')}`,
    origins && `on ${listed(origins, 'no page')}`,
  ]
  return parts.filter(Boolean).join(', ')
}

const listed = (names: readonly string[], none: string): string => {
  if (names.length === 0) return none
  const more = names.length - shownNames
  return names.slice(0, shownNames).join(', ') + (more > 0 ? ` and ${more} more` : '')
}
