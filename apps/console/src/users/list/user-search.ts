import type { UserFilter } from '../queries'

/** What the link of a list of users keeps. */
export interface UserSearch {
  readonly search?: string
  readonly role?: string
  readonly kind?: 'person' | 'anonymous' | 'service'
  readonly state?: 'active' | 'disabled'
  readonly sort?: 'createdAt'
}

const kinds = ['person', 'anonymous', 'service'] as const
const states = ['active', 'disabled'] as const

/** What does not read well is left out: links come from anywhere. */
export function readUserSearch(raw: Record<string, unknown>): UserSearch {
  const search = typeof raw['search'] === 'string' ? raw['search'].slice(0, 200) : ''
  const role = typeof raw['role'] === 'string' ? raw['role'] : ''
  const kind = kinds.find((value) => value === raw['kind'])
  const state = states.find((value) => value === raw['state'])
  return {
    ...(search !== '' && { search }),
    ...(role !== '' && { role }),
    ...(kind && { kind }),
    ...(state && { state }),
    ...(raw['sort'] === 'createdAt' && { sort: 'createdAt' }),
  }
}

export const toUserFilter = ({ state, ...rest }: UserSearch): UserFilter => ({
  ...rest,
  ...(state && { disabled: state === 'disabled' }),
})
