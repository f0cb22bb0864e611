import { hash } from 'node:crypto'
import { Injectable } from '@nestjs/common'
import type { Principal } from '../../auth/index.js'
import { asImaged, type Collection, type Schema, SchemaCache } from '../../collections/index.js'
import { defineError } from '../../lib/index.js'
import {
  bindingsOf,
  type CallerValues,
  findCallerValues,
  PermissionsService,
  type RowScope,
  requireScope,
  type Scopes,
  variablesIn,
} from '../../permissions/index.js'
import { Database } from '../../platform/db/index.js'
import { and, type Condition, type MatchUser, MeasuredCondition, type UserVariable, walk } from '../../query/index.js'
import { type LiveQuery, parseLiveQuery } from '../../records/index.js'
import type { RawSubscription } from '../subscriptions/parse-subscribe.js'
import { conditionsIn, isDecidedInMemory, queryKey } from './conditions-in.js'
import type { View } from './view.js'

const realtimeUnavailable = defineError('realtime_unavailable')

/** What follows from the rules of a set of roles and a request, whoever of these roles asks. */
interface Parsed {
  readonly query: LiveQuery
  readonly states: LiveQuery
  readonly shown: Condition
  readonly key: string
  readonly variables: readonly UserVariable[]
  /** Its conditions ask for the caller in ways that are not seen from outside. */
  readonly personal: boolean
}

/** Requests that are kept parsed, for each set of roles and collection. */
const maxParsed = 500
const maxKeyLength = 2000

/** Makes views: collection → scope → parse → values of the caller. */
@Injectable()
export class Views {
  private readonly parsed = new WeakMap<RowScope, Map<string, Parsed>>()
  private readonly imaged = new WeakMap<RowScope, RowScope>()

  constructor(
    private readonly db: Database,
    private readonly schemas: SchemaCache,
    private readonly permissions: PermissionsService,
  ) {}

  /** @throws as a list does; realtime_unavailable */
  async build(principal: Principal, raw: RawSubscription): Promise<View> {
    const schema = this.schemas.current
    const collection = this.schemas.get(raw.collection)
    const scopes = this.permissions.scopes(principal)
    const scope = requireScope(scopes.read(collection), principal, 'read', collection)
    requireLog(collection)
    const parsed = this.parse(raw, scope, () => this.imagedScope(scope, scopes, schema))
    const looked = parsed.variables.filter(({ of }) => of !== 'principal')
    const watches = collectionsBehind(looked, schema)
    const values = await this.findValues(looked, watches, parsed, principal, schema)
    return {
      key: keyOf(parsed, principal, values),
      schema,
      collection,
      record: raw.record,
      query: parsed.query,
      states: parsed.states,
      shown: parsed.shown,
      user: toMatchUser(principal, values),
      watches: new Set([...watches].map(({ id }) => id)),
    }
  }

  private parse(raw: RawSubscription, scope: RowScope, imaged: () => RowScope): Parsed {
    const text = JSON.stringify([raw.query, raw.record])
    const known = this.parsed.get(scope) ?? new Map<string, Parsed>()
    this.parsed.set(scope, known)
    const found = known.get(text)
    if (found) return found
    const parsed = parse(raw, scope, imaged())
    if (text.length > maxKeyLength) return parsed
    if (known.size >= maxParsed) known.delete(known.keys().next().value!)
    known.set(text, parsed)
    return parsed
  }

  /** The same rules, for states of records in place of the records there are. */
  private imagedScope(scope: RowScope, scopes: Scopes, schema: Schema): RowScope {
    const imaged = asImaged(scope.collection)
    if (imaged === scope.collection) return scope
    const known = this.imaged.get(scope)
    if (known) return known
    const collections = new Map(schema.collections).set(imaged.name, imaged)
    const made = scopes.under({ ...schema, collections }).read(imaged)!
    this.imaged.set(scope, made)
    return made
  }

  /** Undefined where nobody would tell that they have changed. */
  private async findValues(
    variables: readonly UserVariable[],
    watched: ReadonlySet<Collection>,
    { query }: Parsed,
    principal: Principal,
    schema: Schema,
  ): Promise<CallerValues | undefined> {
    if (variables.length === 0) return noValues
    if ([...watched].some(({ definition }) => definition.changeLog === 'off')) return undefined
    const users = this.permissions.scopes(principal).read(schema.collections.get('users')!)
    return findCallerValues(conditionsIn(query), principal, users, this.db)
  }
}

const noValues: CallerValues = { userId: undefined, value: () => null, isOpen: () => false }

function requireLog({ name, definition: { changeLog } }: Collection): void {
  if (changeLog === undefined || changeLog === 'full') return
  throw realtimeUnavailable(`Changes of ${name} are not told`, {
    hint: `An admin can have them logged in full: changeLog of the collection is ${changeLog}.`,
  })
}

function parse(raw: RawSubscription, scope: RowScope, imaged: RowScope): Parsed {
  const query = parseLiveQuery(raw.query, scope, raw.record)
  const states = imaged === scope ? query : parseLiveQuery(raw.query, imaged, raw.record)
  const conditions = conditionsIn(query)
  const variables = new Map(conditions.flatMap(variablesIn).map((variable) => [variable.path.join('.'), variable]))
  const ofTeams = [...variables.values()].some(({ of }) => of === 'memberships')
  return {
    query,
    states,
    shown: and(states.selection.scope.condition, states.filter),
    key: JSON.stringify([queryKey(query), raw.record, raw.snapshot]),
    variables: [...variables.values()],
    personal: conditions.some(isMeasured) || (ofTeams && !isDecidedInMemory(query, conditions)),
  }
}

function isMeasured(condition: Condition): boolean {
  let found = false
  walk(condition, (node) => {
    found ||= node instanceof MeasuredCondition
  })
  return found
}

function keyOf({ key, variables, personal }: Parsed, principal: Principal, values: CallerValues | undefined): string {
  const { userId, roles, teamId } = bindingsOf(principal)
  const known = variables.map((variable) => {
    if (variable.of === 'principal') return variable.path[0] === 'id' ? userId : roles
    return values ? values.value(variable) : userId
  })
  return hash('sha256', JSON.stringify([key, known, personal ? [userId, roles, teamId] : []]), 'base64url').slice(0, 24)
}

function toMatchUser(principal: Principal, values: CallerValues | undefined): MatchUser {
  const { userId, roles = [] } = bindingsOf(principal)
  return { id: userId, roles, value: (variable) => values?.value(variable) }
}

/** The collections whose records the values are read from. */
function collectionsBehind(variables: readonly UserVariable[], schema: Schema): ReadonlySet<Collection> {
  const found = new Set<Collection>()
  for (const { of, fields } of variables) {
    // Whoever gets other memberships is another principal: their views are made anew.
    if (of !== 'record') continue
    found.add(schema.collections.get('users')!)
    for (const field of fields.slice(0, -1)) found.add(field.relation!.target() as Collection)
  }
  return found
}
