import {
  type ChannelAction,
  type ChannelDefinition,
  type ChannelRule,
  channelActions,
  type Json,
} from '@holdfast/contract'

/** A channel as it is being written: conditions stay the text that was typed, so that nothing of it is lost. */
export interface ChannelDraft {
  readonly name: string
  readonly description: string
  /** Empty: one channel for all. */
  readonly collection: string
  readonly rules: readonly ChannelRuleDraft[]
}

export interface ChannelRuleDraft {
  /** Stays with it when others go. */
  readonly id: number
  readonly role: string
  readonly actions: readonly ChannelAction[]
  readonly conditions: string
}

let lastId = 0

export function newRule(): ChannelRuleDraft {
  lastId += 1
  return { id: lastId, role: 'user', actions: [...channelActions], conditions: '' }
}

/** The actions of a rule, in the order of the contract. */
export const actionsOf = ({ action }: ChannelRule): readonly ChannelAction[] => {
  const named = Array.isArray(action) ? action : [action]
  return channelActions.filter((name) => named.includes(name))
}

/** A new channel begins with what most want: whoever is signed in takes part. */
export const toDraft = (channel?: ChannelDefinition): ChannelDraft => ({
  name: channel?.name ?? '',
  description: channel?.description ?? '',
  collection: channel?.collection ?? '',
  rules: channel
    ? channel.rules.map((rule) => ({
        ...newRule(),
        role: rule.role,
        actions: actionsOf(rule),
        conditions: rule.conditions ? JSON.stringify(rule.conditions, null, 2) : '',
      }))
    : [newRule()],
})

/** Undefined where the text is no object of JSON. */
export function readConditions(text: string): { [key: string]: Json } | undefined {
  if (text.trim() === '') return {}
  try {
    const value = JSON.parse(text) as Json
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Conditions are about a record, so a channel of no collection has none. */
export const toDefinition = ({ name, description, collection, rules }: ChannelDraft): ChannelDefinition => ({
  name: name.trim(),
  ...(description.trim() !== '' && { description: description.trim() }),
  ...(collection !== '' && { collection }),
  rules: rules.map(({ role, actions, conditions }): ChannelRule => {
    const read = collection === '' ? {} : (readConditions(conditions) ?? {})
    return { role, action: [...actions], ...(Object.keys(read).length > 0 && { conditions: read as never }) }
  }),
})

export const isComplete = ({ name, collection, rules }: ChannelDraft): boolean =>
  name.trim() !== '' &&
  rules.every(
    ({ actions, conditions }) => actions.length > 0 && (collection === '' || readConditions(conditions) !== undefined),
  )
