import type { CollectionDefinition, ConditionJson, FieldDefinition, Json } from '@holdfast/contract'
import { exampleFilter } from './example-filter'
import { exampleId, exampleValue } from './example-value'
import type { Operation } from './operation'
import { toSource } from './source-text'

type Example = Readonly<Record<string, unknown>> | null

/** What one can ask of a collection, with values of its own fields. */
export function listOperations(definition: CollectionDefinition, record: Example): readonly Operation[] {
  const { name } = definition
  const fields = definition.fields.filter(({ hidden }) => !hidden)
  const path = `/collections/${name}/records`
  const id = typeof record?.['id'] === 'string' ? record['id'] : exampleId
  const on = `client.collection('${name}')`
  const filter = exampleFilter(fields, record)
  const created = bodyOf(fields, record)
  const changed = changeOf(fields)
  const relation = fields.find(({ type, many }) => type === 'relation' && !many)
  const expand = relation && { expand: { [relation.name]: true } }
  return [
    {
      id: 'list',
      label: 'List',
      description: 'A page of records, the newest first, with an estimate of how many there are.',
      method: 'GET',
      path,
      query: { sort: '-createdAt', limit: '20', count: 'estimated', ...(relation && { expand: relation.name }) },
      source: `const page = await ${on}.list(${toSource({ sort: '-createdAt', limit: 20, count: 'estimated', ...expand })})\nconsole.log(page.meta.total, page.data)`,
    },
    {
      id: 'filter',
      label: 'Filter',
      description: 'Records that meet every condition. Operators begin with $; $or and $not combine them.',
      method: 'GET',
      path,
      query: { filter: JSON.stringify(filter), limit: '20' },
      source: `const { data } = await ${on}.list({\n  filter: ${toSource(filter, '  ')},\n  limit: 20,\n})`,
    },
    ...searchOf(fields, path, on, record),
    {
      id: 'get',
      label: 'Get one',
      description: 'One record by its id. 404 also where the caller may not read it.',
      method: 'GET',
      path: `${path}/${id}`,
      source: `const record = await ${on}.get('${id}')`,
    },
    {
      id: 'create',
      label: 'Create',
      description: 'Makes a record; a list makes up to 10,000, all or none.',
      method: 'POST',
      path,
      body: created,
      source: `const record = await ${on}.create(${toSource(created)})`,
    },
    {
      id: 'update',
      label: 'Update',
      description: 'Changes the fields that are given, and leaves the others.',
      method: 'PATCH',
      path: `${path}/${id}`,
      body: changed,
      source: `const record = await ${on}.update('${id}', ${toSource(changed)})`,
    },
    {
      id: 'delete',
      label: 'Delete',
      description: 'Deletes a record.',
      method: 'DELETE',
      path: `${path}/${id}`,
      source: `await ${on}.delete('${id}')`,
    },
    aggregateOf(fields, name, on),
    subscribeOf(name, on, filter),
  ]
}

/** What a create needs, and up to five fields in all. Relations lead where those of a real record do. */
function bodyOf(fields: readonly FieldDefinition[], record: Example): { [field: string]: Json } {
  const isNeeded = (field: FieldDefinition) => field.required && field.default === undefined
  const writable = fields.filter(({ type }) => type !== 'computed')
  const required = writable.filter(isNeeded)
  const others = writable.filter((field) => !isNeeded(field) && (field.type !== 'relation' || record?.[field.name]))
  const chosen = [...required, ...others.slice(0, Math.max(0, 5 - required.length))]
  const valueFor = (field: FieldDefinition): Json =>
    field.type === 'relation' ? ((record?.[field.name] ?? exampleValue(field)) as Json) : exampleValue(field)
  return Object.fromEntries(chosen.map((field) => [field.name, valueFor(field)]))
}

function changeOf(fields: readonly FieldDefinition[]): { [field: string]: Json } {
  const open = fields.filter(({ type, immutable }) => type !== 'computed' && !immutable)
  const field = open.find(({ type, unique }) => type !== 'relation' && !unique) ?? open[0]
  return field ? { [field.name]: exampleValue(field) } : {}
}

function searchOf(fields: readonly FieldDefinition[], path: string, on: string, record: Example): Operation[] {
  const field = fields.find(({ searchable }) => searchable)
  if (!field) return []
  const text = record?.[field.name]
  const search = (typeof text === 'string' && /[\p{L}\p{N}]+/u.exec(text)?.[0]) || 'tea'
  return [
    {
      id: 'search',
      label: 'Search',
      description: 'Records with these words, the best first; mistakes in typing are forgiven.',
      method: 'GET',
      path,
      query: { search, limit: '20' },
      source: `const { data } = await ${on}.list(${toSource({ search, limit: 20 })})`,
    },
  ]
}

function aggregateOf(fields: readonly FieldDefinition[], name: string, on: string): Operation {
  const group =
    fields.find(({ type }) => ['select', 'boolean'].includes(type)) ?? fields.find(({ type }) => type === 'text')
  const number = fields.find(({ type }) => ['integer', 'number', 'decimal'].includes(type))
  const body = {
    ...(group && { groupBy: [group.name] }),
    aggregates: { n: { count: '*' }, ...(number && { most: { max: number.name } }) },
    ...(group && { sort: ['-n'], limit: 10 }),
  }
  return {
    id: 'aggregate',
    label: 'Aggregate',
    description: 'Counts, sums, averages and more, in groups.',
    method: 'POST',
    path: `/collections/${name}/aggregate`,
    body,
    source: `const rows = await ${on}.aggregate(${toSource(body)})`,
  }
}

const subscribeOf = (name: string, on: string, filter: ConditionJson): Operation => ({
  id: 'subscribe',
  label: 'Subscribe',
  description: 'Tells of every change the caller may see, as it happens, and goes on where it was after a break.',
  method: 'GET',
  path: '/realtime',
  query: { collection: name, filter: JSON.stringify(filter) },
  source: `const stop = ${on}.subscribe({ filter: ${toSource(filter)} }, (event) => {\n  if (event.type === 'create' || event.type === 'update') console.log(event.record)\n})`,
  streams: true,
})
