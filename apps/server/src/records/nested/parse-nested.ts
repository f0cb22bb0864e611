import { limits } from '@holdfast/contract'
import type { Collection, Field } from '../../collections/index.js'
import { invalidAt } from '../../lib/index.js'
import type { RowScope, Scopes } from '../../permissions/index.js'
import type { FieldShape } from '../../query/index.js'
import { parseId } from '../record-id.js'
import { parseBody } from '../write/parse-body.js'
import { isRecord, type RawPart } from '../write/raw-record.js'
import { emptyBody, idOf, withId } from '../write/write-body.js'
import { type ChildChanges, nestableNames, parseChildChanges, recordsIn, targetOf, viaOf } from './nested-parts.js'
import { childNotFound, isEmpty, NestedSteps, type Owner, type Step } from './nested-steps.js'

/** Bodies to create → steps, and the ids the outermost records will have. @throws everything that is wrong with them */
export function parseNestedCreates(
  parts: readonly RawPart[],
  collection: Collection,
  scopes: Scopes,
): { steps: readonly Step[]; ids: string[] } {
  const found = new NestedSteps()
  const parser = new NestedParser(scopes, found)
  const ids = parts.map(({ raw, at }) => parser.parseCreate(raw, collection, { at, depth: 0, stage: 0 }).id)
  found.throwIfRefused()
  return { steps: found.steps, ids }
}

/** The body of an update → steps. @throws everything that is wrong with it */
export function parseNestedUpdate(id: string, raw: unknown, collection: Collection, scopes: Scopes): readonly Step[] {
  const found = new NestedSteps()
  new NestedParser(scopes, found).parseUpdate(id, raw, collection, { at: '', depth: 0, stage: 0 }, undefined)
  const [only] = found.steps
  if (found.steps.length === 1 && only?.kind === 'update' && isEmpty(only.body) && !found.isRefused)
    throw invalidAt('invalid_body', '', 'The body names nothing to change')
  found.throwIfRefused()
  return found.steps
}

type Action = 'create' | 'update'

/** Where a record stands in the body, and the earliest stage at which it can be written. */
interface Spot {
  readonly at: string
  readonly depth: number
  readonly stage: number
}

/** The record a child stands in. */
interface Parent {
  readonly via: Field
  readonly id: string
}

/** Records behind one inverse relation of a body. */
interface Children {
  readonly inverse: FieldShape
  readonly changes: ChildChanges
}

/**
 * A body with records in it → the steps that write them, each through the rules of its own collection. Ids are given
 * here, so that every relation is known before anything is written. Names the caller may not nest under stay in the body,
 * where they are refused like any other unknown field.
 */
class NestedParser {
  constructor(
    private readonly scopes: Scopes,
    private readonly found: NestedSteps,
  ) {}

  parseCreate(raw: unknown, collection: Collection, spot: Spot, parent?: Parent): { id: string; stage: number } {
    const { at } = spot
    const scope = this.scopes.create(collection)!
    const { own, children, stage } = this.parseParts(raw, collection, 'create', spot, parent)
    const body = this.found.collect(() => parseBody(own, scope, this.scopes.read(collection), at))
    const written = withId(body ?? emptyBody, collection)
    const id = idOf(written)
    this.found.add({ kind: 'create', stage, at, scope, body: written })
    for (const child of children) this.parseChildren(child, id, undefined, { ...spot, stage: stage + 1 })
    return { id, stage }
  }

  parseUpdate(id: string, raw: unknown, collection: Collection, spot: Spot, owner: Owner | undefined): void {
    const { at } = spot
    const scope = this.scopes.update(collection)!
    const readable = this.scopes.read(collection)
    const { own, children, stage } = this.parseParts(raw, collection, 'update', spot, owner)
    const body = this.found.collect(() => parseBody(own, scope, readable, at)) ?? emptyBody
    this.found.add({ kind: 'update', stage, at, scope, id, body, owner })
    for (const child of children) this.parseChildren(child, id, readable, { ...spot, stage: stage + 1 })
  }

  /** Takes the records out of a body: those it points at become ids, those that point at it are for later. */
  private parseParts(
    raw: unknown,
    collection: Collection,
    action: Action,
    spot: Spot,
    parent: Parent | undefined,
  ): { own: unknown; children: Children[]; stage: number } {
    if (!isRecord(raw)) return { own: raw, children: [], stage: spot.stage }
    const own: Record<string, unknown> = { ...raw }
    const stage = this.parseTargets(own, collection, spot)
    const children = this.takeChildren(own, collection, action, spot.at)
    if (parent) this.setParent(own, parent, action, spot.at)
    return { own, children, stage }
  }

  // ── records that the body points at ────────────────────────────────────────────────────────────────────────────────

  /** Gives the earliest stage at which the body itself can be written: after all of them. */
  private parseTargets(own: Record<string, unknown>, collection: Collection, spot: Spot): number {
    const open = nestableNames(collection).relations.filter(
      (relation) => Object.hasOwn(own, relation.name) && this.scopes.create(targetOf(relation)),
    )
    return Math.max(spot.stage, ...open.map((relation) => this.parseTargetsOf(relation, own, spot)))
  }

  private parseTargetsOf(relation: Field, own: Record<string, unknown>, { at, depth, stage }: Spot): number {
    const value = own[relation.name]
    const isList = Array.isArray(value)
    if (isList !== (relation.relation!.kind === 'many')) return stage
    const list = isList ? [...(value as unknown[])] : []
    let after = stage
    for (const { place, raw } of recordsIn(value)) {
      const where = below(at, place === undefined ? relation.name : `${relation.name}.${place}`)
      if (this.isTooDeep(where, depth + 1)) continue
      const target = this.parseCreate(raw, targetOf(relation), { at: where, depth: depth + 1, stage })
      after = Math.max(after, target.stage + 1)
      if (place === undefined) own[relation.name] = target.id
      else list[place] = target.id
    }
    if (isList) own[relation.name] = list
    return after
  }

  // ── records that point at the body ─────────────────────────────────────────────────────────────────────────────────

  private takeChildren(own: Record<string, unknown>, collection: Collection, action: Action, at: string): Children[] {
    return nestableNames(collection).inverses.flatMap((inverse) => {
      const { name } = inverse
      if (!Object.hasOwn(own, name) || !this.isOpen(inverse, collection, action)) return []
      const value = own[name]
      delete own[name]
      const changes = this.found.collect(() => parseChildChanges(value, name, below(at, name), action))
      return changes ? [{ inverse, changes }] : []
    })
  }

  /** May the caller do anything to the records behind this name? */
  private isOpen(inverse: FieldShape, collection: Collection, action: Action): boolean {
    const children = targetOf(inverse)
    if (this.scopes.create(children)?.canWrite(viaOf(inverse))) return true
    if (action === 'create' || !this.scopes.read(collection)?.related(inverse)) return false
    return this.scopes.update(children) !== undefined || this.scopes.delete(children) !== undefined
  }

  /** A child points at the record it stands in; it may say so, but nothing else. */
  private setParent(own: Record<string, unknown>, { via, id }: Parent, action: Action, at: string): void {
    const given = Object.hasOwn(own, via.name) ? own[via.name] : undefined
    const path = below(at, via.name)
    if (given !== undefined && (typeof given !== 'string' || given.toLowerCase() !== id))
      this.found.refuse(invalidAt('invalid_body', path, `${path} must be the record it stands in, or be left out`))
    if (action === 'create') own[via.name] = id
    else delete own[via.name]
  }

  /** `parent` is the spot of the record they stand in, with the stage after it. */
  private parseChildren(
    { inverse, changes }: Children,
    parentId: string,
    readable: RowScope | undefined,
    parent: Spot,
  ): void {
    const collection = targetOf(inverse)
    const via = viaOf(inverse)
    const children = readable?.related(inverse)
    const owner = children && { children, via, id: parentId }
    const spotOf = ({ at }: RawPart): Spot => ({ ...parent, at: below(parent.at, at), depth: parent.depth + 1 })
    for (const item of changes.delete) this.parseDelete(item.raw, collection, spotOf(item), owner)
    for (const item of changes.update) this.parseChange(item.raw, collection, spotOf(item), owner)
    for (const item of changes.create) this.parseNew(item.raw, collection, spotOf(item), { via, id: parentId })
  }

  private parseNew(raw: unknown, collection: Collection, spot: Spot, parent: Parent): void {
    if (this.isTooDeep(spot.at, spot.depth)) return
    if (this.scopes.create(collection)?.canWrite(parent.via)) this.parseCreate(raw, collection, spot, parent)
    else {
      const message = `Your roles do not allow you to create records of ${collection.name}`
      this.found.refuse(invalidAt('forbidden', spot.at, message))
    }
  }

  private parseChange(raw: unknown, collection: Collection, spot: Spot, owner: Owner | undefined): void {
    const { at, depth } = spot
    if (this.isTooDeep(at, depth)) return
    if (!isRecord(raw)) {
      this.found.refuse(invalidAt('invalid_body', at, `${at} must be an object with the id of a record`))
      return
    }
    const { id: given, ...rest } = raw
    const id = this.parseIdAt(given, below(at, 'id'))
    if (id === undefined) return
    if (!owner || !this.scopes.update(collection)) this.found.refuse(childNotFound(below(at, 'id')))
    else this.parseUpdate(id, rest, collection, spot, owner)
  }

  private parseDelete(raw: unknown, collection: Collection, { at, stage }: Spot, owner: Owner | undefined): void {
    const id = this.parseIdAt(raw, at)
    if (id === undefined) return
    const scope = this.scopes.delete(collection)
    if (!owner || !scope) this.found.refuse(childNotFound(at))
    else this.found.add({ kind: 'delete', stage, at, scope, id, owner })
  }

  private parseIdAt(raw: unknown, at: string): string | undefined {
    try {
      if (typeof raw === 'string') return parseId(raw)
    } catch {
      // Told below, with its path.
    }
    return void this.found.refuse(invalidAt('invalid_body', at, `${at} must be the id of a record`))
  }

  private isTooDeep(at: string, depth: number): boolean {
    if (depth <= limits.expandDepth) return false
    this.found.refuse(invalidAt('invalid_body', at, `${at} is nested deeper than ${limits.expandDepth} records`))
    return true
  }
}

const below = (at: string, name: string): string => (at === '' ? name : `${at}.${name}`)
