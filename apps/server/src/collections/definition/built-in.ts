import type { CollectionDefinition, FieldDefinition } from '@holdfast/contract'
import type { Report } from '../collection.js'

export const usersName = 'users'

/**
 * The collection of those who can sign in, as it is when a server first starts. Admins add fields, indexes and rules; what
 * proves who somebody is lies elsewhere. The e-mail address changes only through the account routes: a rule denies it.
 */
export const usersDefinition: CollectionDefinition = {
  name: usersName,
  description: 'Everyone who can sign in.',
  fields: [
    {
      name: 'email',
      type: 'email',
      unique: true,
      description: 'Used to sign in. Absent for those who sign in without.',
    },
  ],
  rules: [
    { role: 'user', action: ['read', 'update'], conditions: { id: '$user.id' } },
    { role: 'user', action: 'update', fields: ['email'], deny: true },
  ],
}

const [emailDefinition] = usersDefinition.fields as [FieldDefinition]
/** An admin may require the address of everyone, and with that close the ways to sign in that do without. */
const fixedKeys = ['type', 'unique', 'hidden'] as const

/** Reports a change of `users` that sign-in could not live with. */
export function checkBuiltIn(
  current: readonly CollectionDefinition[],
  wanted: readonly CollectionDefinition[],
  report: Report,
): void {
  const before = current.find(({ name }) => name === usersName)
  if (!before) return
  const after = wanted.find(({ id }) => id === before.id)
  if (after?.name !== usersName)
    return void report(usersName, 'built_in', 'users is built in and can be neither dropped nor renamed')
  const email = after.fields.find(({ id }) => id === before.fields.find(({ name }) => name === 'email')?.id)
  if (email?.name !== 'email')
    return void report('fields', 'built_in', 'email of users is built in and can be neither dropped nor renamed')
  for (const key of fixedKeys)
    if (email[key] !== emailDefinition[key])
      report('fields', 'built_in', `${key} of users.email is built in and cannot change`)
}
