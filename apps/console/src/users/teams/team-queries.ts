import type { CollectionDefinition, Json } from '@holdfast/contract'
import { queryOptions } from '@tanstack/react-query'
import { client } from '../../client/client'
import { collectionsQuery } from '../../client/collections'
import { pageQuery } from '../../client/page-query'
import { queryClient } from '../../client/query-client'

/** A team as lists show it. */
export interface TeamRow {
  readonly id: string
  readonly label: string
  readonly createdAt: string | undefined
}

/** The collection whose records are teams; undefined on a server without teams. */
export const findTeamCollection = (collections: readonly CollectionDefinition[]): CollectionDefinition | undefined =>
  collections.find(({ members }) => members)

/** What a team is called: its first text, which mostly is its name. */
const labelField = ({ fields }: CollectionDefinition): string | undefined =>
  (fields.find(({ name, type }) => name === 'name' && type === 'text') ?? fields.find(({ type }) => type === 'text'))
    ?.name

const toRow = (collection: CollectionDefinition, record: { readonly [field: string]: unknown }): TeamRow => {
  const label = record[labelField(collection) ?? 'id']
  const { id, createdAt } = record
  return {
    id: String(id),
    label: typeof label === 'string' && label !== '' ? label : String(id),
    createdAt: typeof createdAt === 'string' ? createdAt : undefined,
  }
}

async function teamCollection(): Promise<CollectionDefinition | undefined> {
  return findTeamCollection(await queryClient.ensureQueryData(collectionsQuery))
}

export const teamsQuery = (collection: CollectionDefinition, search: string) =>
  pageQuery<TeamRow>(['teams', 'list', collection.name, search], async ({ signal, cursor }) => {
    const field = labelField(collection)
    const filter: { [name: string]: Json } | undefined =
      search !== '' && field !== undefined
        ? { [field]: { $ilike: `%${search.replaceAll(/[\\%_]/g, '\\$&')}%` } }
        : undefined
    const page = await client.collection(collection.name).list({
      signal,
      limit: 50,
      ...(cursor !== undefined && { cursor }),
      ...(filter && { filter }),
    })
    return { data: page.data.map((record) => toRow(collection, record)), meta: page.meta }
  })

export const teamQuery = (id: string) =>
  queryOptions({
    queryKey: ['teams', 'one', id],
    queryFn: async ({ signal }): Promise<TeamRow | null> => {
      const collection = await teamCollection()
      return collection ? toRow(collection, await client.collection(collection.name).get(id, { signal })) : null
    },
  })

/** Names of teams by their ids. */
export const teamNamesQuery = (ids: readonly string[]) =>
  queryOptions({
    queryKey: ['teams', 'names', ids],
    queryFn: async ({ signal }): Promise<ReadonlyMap<string, string>> => {
      const collection = await teamCollection()
      if (!collection) return new Map()
      const { data } = await client
        .collection(collection.name)
        .list({ signal, filter: { id: { $in: [...ids] } }, limit: 100 })
      return new Map(data.map((record) => toRow(collection, record)).map(({ id, label }) => [id, label]))
    },
  })

export const membersQuery = (id: string) =>
  pageQuery(['teams', 'one', id, 'members'], (page) => client.teams.members(id, page))

export const teamInvitesQuery = (id: string) =>
  pageQuery(['teams', 'one', id, 'invites'], (page) => client.teams.invites(id, page))
