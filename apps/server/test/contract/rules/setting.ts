import type { CollectionDefinition, FieldDefinition } from '@holdfast/contract'
import type { TestServer } from '../../support/index.js'
import { define, type Persona, signUp, startServerWith } from '../../support/personas.js'
import { type Random, values } from './generate.js'
import type { Asker, Model, ModelField, Row, Value, World } from './world.js'

/** The collections of the reference world, on the real server and as objects. */

const itemFields: Readonly<Record<string, ModelField>> = {
  a: { kind: 'text' },
  n: { kind: 'integer' },
  s: { kind: 'select' },
  b: { kind: 'boolean' },
  d: { kind: 'decimal' },
  t: { kind: 'date' },
  g: { kind: 'tags' },
  c: { kind: 'computed', from: 'n' },
  owner: { kind: 'one', target: 'users' },
  org: { kind: 'one', target: 'orgs' },
  members: { kind: 'many', target: 'users' },
}
const userFields: Readonly<Record<string, ModelField>> = {
  team: { kind: 'text' },
  level: { kind: 'integer' },
  org: { kind: 'one', target: 'orgs' },
}
const orgFields: Readonly<Record<string, ModelField>> = {
  name: { kind: 'text' },
  tier: { kind: 'integer' },
  boss: { kind: 'one', target: 'users' },
}
const partFields = (item: string): Readonly<Record<string, ModelField>> => ({
  p: { kind: 'text' },
  n: { kind: 'integer' },
  item: { kind: 'one', target: item },
})

/** `items0` with its `parts0`, and so on: several sets of rules are tried at once. */
export const pairs = 4
export const itemNames = Array.from({ length: pairs }, (_, at) => `items${at}`)

export function createWorld(): World {
  const models: Record<string, Model> = {
    users: { name: 'users', fields: userFields, inverses: { leads: { source: 'orgs', via: 'boss' } } },
    orgs: { name: 'orgs', fields: orgFields, inverses: { staff: { source: 'users', via: 'org' } } },
  }
  itemNames.forEach((name, at) => {
    models[name] = { name, fields: itemFields, inverses: { parts: { source: `parts${at}`, via: 'item' } } }
    models[`parts${at}`] = { name: `parts${at}`, fields: partFields(name), inverses: {} }
  })
  const names = Object.keys(models)
  return {
    models,
    rules: Object.fromEntries(names.map((name) => [name, []])),
    rows: Object.fromEntries(names.map((name) => [name, []])),
  }
}

const inverseOf: Readonly<Record<string, string>> = { 'users.org': 'staff', 'orgs.boss': 'leads' }

export function definitionsOf(world: World): Omit<CollectionDefinition, 'id'>[] {
  return Object.values(world.models).map(({ name, fields }) => ({
    name,
    fields: [
      ...(name === 'users' ? [{ name: 'email', type: 'email', required: true, unique: true } as const] : []),
      ...Object.entries(fields).map(([field, model]) => fieldDefinition(name, field, model)),
    ],
    rules: [...world.rules[name]!],
  }))
}

function fieldDefinition(collection: string, name: string, { kind, target, from }: ModelField): FieldDefinition {
  if (kind === 'computed') return { name, type: 'computed', expression: `${from} * 2`, returns: 'integer' }
  if (kind === 'select') return { name, type: 'select', options: ['x', 'y', 'z'], required: true }
  if (kind === 'decimal') return { name, type: 'decimal', precision: 8, scale: 2 }
  if (!target) return { name, type: kind as 'text' }
  const inverse = name === 'item' ? 'parts' : inverseOf[`${collection}.${name}`]
  return {
    name,
    type: 'relation',
    collection: target,
    ...(kind === 'many' && { many: true }),
    ...(inverse && { inverse }),
  }
}

export interface Setting {
  readonly server: TestServer
  readonly admin: Persona
  readonly world: World
  readonly askers: readonly (Asker & { readonly label: string; readonly token?: string })[]
}

const idOf = (block: number, number: number): string =>
  `01890000-0000-7000-8${block.toString(16).padStart(3, '0')}-${number.toString(16).padStart(12, '0')}`

/** Starts the server and fills it with random rows. */
export async function startSetting(random: Random): Promise<Setting> {
  const world = createWorld()
  const { server, admin } = await startServerWith(definitionsOf(world))
  const people = [
    ['plain', []],
    ['chief', ['chief']],
    ['both', ['chief', 'clerk']],
    ['nobody', ['clerk']],
  ] as const
  const askers: Setting['askers'][number][] = [{ label: 'anonymous', roles: [] }]
  for (const [label, roles] of people) {
    const { id, token } = await signUp(server, `${label}@example.com`, admin, roles)
    askers.push({ label, id, token, roles })
  }
  const everyone = [admin.id, ...askers.flatMap(({ id }) => id ?? [])]
  fillRows(world, everyone, random)
  await storeRows({ server, admin, world, askers })
  return { server, admin, world, askers }
}

function fillRows(world: World, people: readonly string[], random: Random): void {
  const orgs = Array.from({ length: 4 }, (_, at) => idOf(1, at))
  const ids: Record<string, readonly string[]> = { users: people, orgs }
  itemNames.forEach((name, at) => {
    ids[name] = Array.from({ length: 14 }, (_, number) => idOf(16 + at, number))
    ids[`parts${at}`] = Array.from({ length: 10 }, (_, number) => idOf(32 + at, number))
  })
  for (const model of Object.values(world.models))
    world.rows[model.name] = ids[model.name]!.map((id) => makeRow(model, id, ids, random))
  // One person whose variables have no value.
  const last = world.rows['users']!.at(-1)!
  world.rows['users']!.splice(-1, 1, { ...last, team: null, org: null })
}

export function makeRow(
  { fields }: Model,
  id: string,
  ids: Readonly<Record<string, readonly string[]>>,
  random: Random,
): Row {
  const row: Record<string, Value> = { id }
  for (const [name, { kind, target, from }] of Object.entries(fields)) {
    if (from) row[name] = row[from] === null ? null : (row[from] as number) * 2
    else if (kind === 'many') row[name] = random.some(ids[target!]!, 0.3)
    else if (kind !== 'select' && random.chance(0.25)) row[name] = null
    else if (target) row[name] = random.pick(ids[target]!)
    else if (kind === 'tags') row[name] = [...new Set([random.pick(['a', 'b']), random.pick(['b', 'c'])])]
    else row[name] = random.pick(values[kind as keyof typeof values]) as Value
  }
  return row as Row
}

/** What is sent to make or change a row: computed fields make themselves. */
export const bodyOf = (model: Model, row: Partial<Row>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(row).filter(([name]) => model.fields[name]?.kind !== 'computed'))

async function storeRows({ server, admin, world }: Setting): Promise<void> {
  const write = async (method: string, path: string, body: unknown): Promise<void> => {
    const { status, text } = await server.request(method, `/api/v1/collections/${path}`, { token: admin.token, body })
    if (status >= 300) throw new Error(`The world was refused: ${text}`)
  }
  for (const [name, rows] of Object.entries(world.rows)) {
    const model = world.models[name]!
    if (name === 'users') continue
    await write(
      'POST',
      `${name}/records`,
      rows.map((row) => bodyOf(model, row)),
    )
  }
  for (const { id, ...row } of world.rows['users']!) await write('PATCH', `users/records/${id}`, row)
}

/** Serves the rules of the world. */
export const serveRules = ({ server, admin, world }: Setting): Promise<void> =>
  define(server, admin, definitionsOf(world))
