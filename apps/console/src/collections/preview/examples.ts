import type { CollectionDefinition, Json } from '@holdfast/contract'
import { exampleValue } from './example-value'

type Body = Record<string, Json>

/** A record as the API answers it. */
export const exampleRecord = ({ fields }: CollectionDefinition): Body => ({
  id: '01989d5e-6f2a-7c31-9b1e-4d0c5a7e2f0f',
  ...Object.fromEntries(fields.filter(({ name }) => name).map((field) => [field.name, exampleValue(field)])),
  createdAt: '2026-11-21T09:30:00.000Z',
  updatedAt: '2026-11-21T09:30:00.000Z',
  createdBy: '01989d5e-6f2a-7c31-9b1e-4d0c5a7e2f01',
  version: 1,
})

/** What a create sends: what is required, and as much of the rest as shows how it is written. */
export function exampleCreate({ fields, tenant }: CollectionDefinition): Body {
  const writable = fields.filter(
    ({ name, type, default: standard, from }) =>
      name && type !== 'computed' && name !== tenant && standard === undefined && !from,
  )
  return Object.fromEntries(writable.map((field) => [field.name, exampleValue(field)]))
}

export interface ExampleRoute {
  readonly method: string
  readonly path: string
  readonly says: string
}

/** The routes of a collection, with a filter, a sort and an expand of its own. */
export function exampleRoutes({ name, fields }: CollectionDefinition): readonly ExampleRoute[] {
  const base = `/api/v1/collections/${name || 'name'}`
  const named = fields.filter((field) => field.name)
  const select = named.find(({ type, options }) => type === 'select' && options?.length)
  const relation = named.find(({ type }) => type === 'relation')
  return [
    { method: 'GET', path: `${base}/records`, says: 'List' },
    ...(select
      ? [
          {
            method: 'GET',
            path: `${base}/records?filter[${select.name}]=${encodeURIComponent(select.options![0]!)}`,
            says: 'Filter',
          },
        ]
      : []),
    ...(relation
      ? [{ method: 'GET', path: `${base}/records?expand=${relation.name}`, says: `With ${relation.name}` }]
      : []),
    { method: 'GET', path: `${base}/records/{id}`, says: 'One record' },
    { method: 'POST', path: `${base}/records`, says: 'Create' },
    { method: 'PATCH', path: `${base}/records/{id}`, says: 'Change' },
    { method: 'DELETE', path: `${base}/records/{id}`, says: 'Delete' },
    { method: 'POST', path: `${base}/query`, says: 'List, with the query in the body' },
    { method: 'POST', path: `${base}/aggregate`, says: 'Count, add up, group' },
  ]
}
