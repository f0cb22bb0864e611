import type { CollectionDefinition, FieldDefinition } from '@holdfast/contract'
import { fieldsOf } from '../client/record-fields'
import { shownType } from '../records/cells/field-text'
import type { Offer } from './offer'

type Collections = readonly CollectionDefinition[]

const variable = (text: string, detail: string): Offer => ({ text, kind: 'variable', detail })

/** What of the caller, or of the time, a field can be compared with. */
export function variablesFor(field: FieldDefinition, collections: Collections): Offer[] {
  const type = shownType(field)
  if (type === 'date' || type === 'datetime')
    return [
      variable('$now', 'this moment'),
      variable('$now(-7d)', 'a week ago'),
      variable('$now(+1h)', 'in an hour'),
      ...ofCaller(field, collections),
    ]
  const target = type === 'relation' ? field.collection : undefined
  return [
    ...(target === 'users' || type === 'uuid' ? [variable('$user.id', 'who asks')] : []),
    ...(type === 'uuid' || isTeam(target, collections) ? ofTeams : []),
    ...(['text', 'select', 'multiselect', 'tags'].includes(type) ? [variable('$user.roles', 'roles of who asks')] : []),
    ...ofCaller(field, collections),
  ]
}

const ofTeams: readonly Offer[] = [
  variable('$user.team', 'the team switched to'),
  variable('$user.teams', 'all teams'),
  variable('$user.teams.owner', 'teams as an owner'),
  variable('$user.teams.admin', 'teams as an admin'),
  variable('$user.teams.member', 'teams as a member'),
]

const isTeam = (name: string | undefined, collections: Collections): boolean =>
  collections.some((collection) => collection.name === name && collection.members === true)

const kinds: readonly (readonly string[])[] = [
  ['text', 'email', 'slug', 'url', 'select', 'tags', 'multiselect', 'richtext'],
  ['integer', 'number', 'decimal'],
  ['date', 'datetime'],
]

/** Fields of the caller's record that such a field can be compared with. */
function ofCaller(field: FieldDefinition, collections: Collections): Offer[] {
  const users = collections.find(({ name }) => name === 'users')
  if (!users) return []
  const type = shownType(field)
  const alike = kinds.find((kind) => kind.includes(type)) ?? [type]
  return fieldsOf(users)
    .filter((own) => alike.includes(shownType(own)) && own.name !== 'id')
    .filter((own) => own.type !== 'relation' || own.collection === field.collection)
    .map((own) => variable(`$user.${own.name}`, `of who asks, ${shownType(own)}`))
}
