import type { Completion, CompletionContext, CompletionResult, CompletionSource } from '@codemirror/autocomplete'
import { placeAt } from './json-place'
import type { Offer } from './offer'
import { type ConditionScope, offersAt } from './offers'

export type { ConditionScope } from './offers'

/** Completions of the JSON of filters and of the conditions of rules, for `JsonEditor`. */
export const completeConditions =
  (scope: ConditionScope): CompletionSource =>
  ({ state, pos, explicit }: CompletionContext): CompletionResult | null => {
    const text = state.doc.toString()
    const place = placeAt(text, pos)
    if (!place || (place.typed === '' && !explicit && text[pos - 1] !== '"')) return null
    const wanted = place.typed.toLowerCase()
    const offers = offersAt(place, scope).filter((offer) => offer.text.toLowerCase().includes(wanted))
    if (offers.length === 0) return null
    const to = text[pos] === '"' && text[place.from] === '"' ? pos + 1 : pos
    const hasColon = /^\s*:/.test(text.slice(to))
    return {
      from: place.from,
      to,
      filter: false,
      options: offers.map((offer, at) => toCompletion(offer, place.at === 'key' && !hasColon, -at)),
    }
  }

const icons = { field: 'property', operator: 'keyword', variable: 'variable', value: 'constant' } as const

const toCompletion = ({ text, kind, detail, bare }: Offer, needsColon: boolean, boost: number): Completion => ({
  label: text,
  type: icons[kind],
  apply: `${bare ? text : JSON.stringify(text)}${needsColon ? ': ' : ''}`,
  boost,
  ...(detail && { detail }),
})
