import { useQueries, useQuery } from '@tanstack/react-query'
import { collectionsQuery } from '../../client/collections'
import { recordCountQuery } from '../../collections/queries'
import { appsQuery, mailQuery } from '../queries'

/** One thing that a young project still lacks, or has by now. */
export interface StartStep {
  readonly label: string
  readonly why: string
  /** Undefined while that is not known. */
  readonly done: boolean | undefined
  readonly to:
    | '/collections/new'
    | '/data/$collection'
    | '/permissions'
    | '/permissions/$collection'
    | '/api'
    | '/settings/$section'
  readonly params?: Readonly<Record<string, string>>
}

/** As many collections as are asked whether one has a record. */
const asked = 10

/** How far the project is, as the server knows it. */
export function useStartSteps(): readonly StartStep[] {
  const collections = useQuery(collectionsQuery)
  const own = collections.data?.filter(({ name }) => name !== 'users')
  const counts = useQueries({ queries: (own ?? []).slice(0, asked).map(({ name }) => recordCountQuery(name)) })
  const apps = useQuery(appsQuery)
  const mail = useQuery(mailQuery)
  const first = own?.[0]?.name
  const has = counts.some(({ data = 0 }) => data > 0)
  const isCounted = own !== undefined && counts.every(({ isPending }) => !isPending)
  return [
    {
      label: 'Create a collection',
      why: 'Fields, indexes and relations; the API follows.',
      done: own && own.length > 0,
      to: '/collections/new',
    },
    {
      label: 'Add a record',
      why: 'In the grid, by an import or by the API.',
      done: has || (isCounted ? false : undefined),
      ...(first ? { to: '/data/$collection', params: { collection: first } } : { to: '/collections/new' }),
    },
    {
      label: 'Write a rule',
      why: 'Without one, only admins see anything.',
      done: own?.some(({ rules = [] }) => rules.length > 0),
      ...(first ? { to: '/permissions/$collection', params: { collection: first } } : { to: '/permissions' }),
    },
    {
      label: 'Connect an app',
      why: 'Commands, code and types for your own collections.',
      done: apps.data,
      to: '/api',
    },
    {
      label: 'Set up mail',
      why: 'For invitations, codes and forgotten passwords.',
      done: mail.data,
      to: '/settings/$section',
      params: { section: 'mail' },
    },
  ]
}
