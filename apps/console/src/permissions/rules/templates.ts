import type { CollectionDefinition, RuleDefinition } from '@holdfast/contract'

/** Rules that many projects have, made for the fields of a collection. */
export interface RuleTemplate {
  readonly label: string
  readonly description: string
  readonly rules: readonly RuleDefinition[]
}

export function templatesFor(
  collection: CollectionDefinition,
  collections: readonly CollectionDefinition[],
): RuleTemplate[] {
  const owner = ownerOf(collection)
  const published = publishedOf(collection)
  const team = teamOf(collection, collections)
  return [
    {
      label: 'Empty rule',
      description: 'Signed-in users read every record',
      rules: [{ role: 'user', action: 'read' }],
    },
    { label: 'Public read', description: 'Everybody reads every record', rules: [{ role: 'public', action: 'read' }] },
    {
      label: 'Own records',
      description: `Users make records and change those whose ${owner} they are`,
      rules: own(owner),
    },
    ...(published
      ? [
          {
            label: 'Published or own',
            description: `Everybody reads what is published, users also what is theirs`,
            rules: [
              { role: 'public', action: 'read', conditions: published },
              { role: 'user', action: 'read', conditions: { [owner]: '$user.id' } },
            ] as const satisfies RuleDefinition[],
          },
        ]
      : []),
    ...(team
      ? [
          {
            label: 'Team members',
            description: 'Members of the team read and change its records',
            rules: [
              { role: 'user', action: ['read', 'create', 'update'], conditions: { [team]: { $in: '$user.teams' } } },
            ] as RuleDefinition[],
          },
        ]
      : []),
  ]
}

const own = (owner: string): RuleDefinition[] => [
  { role: 'user', action: ['read', 'update', 'delete'], conditions: { [owner]: '$user.id' } },
  owner === 'createdBy'
    ? { role: 'user', action: 'create' }
    : { role: 'user', action: 'create', preset: { [owner]: '$user.id' } },
]

/** The field that says whose a record is; who made it, where there is none. */
const ownerOf = ({ fields }: CollectionDefinition): string =>
  fields.find(({ type, collection, many }) => type === 'relation' && collection === 'users' && !many)?.name ??
  'createdBy'

function publishedOf({ fields }: CollectionDefinition): { [field: string]: string | boolean } | undefined {
  const status = fields.find(({ type, options }) => type === 'select' && options?.includes('published'))
  if (status) return { [status.name]: 'published' }
  const flag = fields.find(({ type, name }) => type === 'boolean' && /^(is)?(published|public)$/i.test(name))
  return flag && { [flag.name]: true }
}

const teamOf = ({ fields }: CollectionDefinition, collections: readonly CollectionDefinition[]): string | undefined =>
  fields.find(
    ({ type, many, collection }) =>
      type === 'relation' && !many && collections.some(({ name, members }) => name === collection && members === true),
  )?.name
