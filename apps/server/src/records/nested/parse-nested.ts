import { limits } from '@holdfast/contract'
import type { Collection, Field } from '../../collections/index.js'
import { AppError, invalidAt } from '../../lib/index.js'
import type { RowScope, Scopes, WriteScope } from '../../permissions/index.js'
import type { FieldShape } from '../../query/index.js'
import { parseId } from '../record-id.js'
import { parseBody } from '../write/parse-body.js'
import { isRecord } from '../write/raw-record.js'
import { idOf, type WriteBody, withId } from '../write/write-body.js'
import {
  type ChildChanges,
  mergeRefusals,
  nestableNames,
  parseChildChanges,
  recordsIn,
  targetOf,
  viaOf,
} from './nested-parts.js'

/** Records whose troubles are told in one answer. */
const maxRefusals = 100

/** One record of a nested body: what is written, and when. Records of a lower stage are written before. */
export type Step = CreateStep | UpdateStep | DeleteStep

interface StepBase {
  readonly stage: number
  /** Place of the record in the body: `comments.2`. Empty for the outermost one. */
  readonly at: string
}

export interface CreateStep extends StepBase {
  readonly kind: 'create'
  readonly scope: WriteScope
  readonly body: WriteBody
}

export interface UpdateStep extends StepBase {
  readonly kind: 'update'
  readonly scope: WriteScope
  readonly id: string
  readonly body: WriteBody
  /** Undefined for the outermost record. */
  readonly owner: Owner | undefined
}

export interface DeleteStep extends StepBase {
  readonly kind: 'delete'
  readonly scope: RowScope
  readonly id: string
  readonly owner: Owner
}

/** A child that is changed or deleted must be one of its parent's already, and seen as such by the caller. */
export interface Owner {
  readonly children: RowScope
  readonly via: Field
  readonly id: string
}

/** The record a child stands in. */
interface Parent {
  readonly via: Field
  readonly id: string
}

/**
 * A body with records in it → the steps that write them, each through the rules of its own collection. Ids are given
 * here, so that every relation is known before anything is written. Names the caller may not nest under stay in the body,
 * where they are refused like any other unknown field. All that is wrong is reported together.
 */
export class NestedParser {
  readonly steps: Step[] = []
  private readonly refusals: AppError[] = []

  constructor(private readonly scopes: Scopes) {}

  /** @returns the id the record will have */
  create(raw: unknown, collection: Collection, at: string): string {
    return this.parseCreate(raw, collection, at, 0, 0).id
  }

  update(id: string, raw: unknown, collection: Collection): void {
    this.parseUpdate(id, raw, collection, '', 0, 0, undefined)
    const [only] = this.steps
    if (this.steps.length === 1 && only?.kind === 'update' && isEmpty(only.body) && this.refusals.length === 0)
      throw invalidAt('invalid_body', '', 'The body names nothing to change')
  }

  /** @throws everything that is wrong with the bodies */
  refuseInvalid(): void {
    if (this.refusals.length > 0) throw mergeRefusals(this.refusals)
  }

  private parseCreate(
    raw: unknown,
    collection: Collection,
    at: string,
    depth: number,
    earliest: number,
    parent?: Parent,
  ): { id: string; stage: number } {
    const scope = this.scopes.create(collection)!
    const { own, children, stage } = this.parseParts(raw, collection, 'create', at, depth, earliest, parent)
    const body = this.collect(() => parseBody(own, scope, this.scopes.read(collection), at))
    const written = withId(body ?? emptyBody, collection)
    const id = idOf(written)
    this.add({ kind: 'create', stage, at, scope, body: written })
    for (const child of children) this.parseChildren(child, id, undefined, at, depth, stage + 1)
    return { id, stage }
  }

  private parseUpdate(
    id: string,
    raw: unknown,
    collection: Collection,
    at: string,
    depth: number,
    earliest: number,
    owner: Owner | undefined,
  ): void {
    const scope = this.scopes.update(collection)!
    const readable = this.scopes.read(collection)
    const { own, children, stage } = this.parseParts(raw, collection, 'update', at, depth, earliest, owner)
    const body = this.collect(() => parseBody(own, scope, readable, at)) ?? emptyBody
    this.add({ kind: 'update', stage, at, scope, id, body, owner })
    for (const child of children) this.parseChildren(child, id, readable, at, depth, stage + 1)
  }

  /** Takes the records out of a body: those it points at become ids, those that point at it are for later. */
  private parseParts(
    raw: unknown,
    collection: Collection,
    action: 'create' | 'update',
    at: string,
    depth: number,
    earliest: number,
    parent: Parent | undefined,
  ): { own: unknown; children: Children[]; stage: number } {
    if (!isRecord(raw)) return { own: raw, children: [], stage: earliest }
    const own: Record<string, unknown> = { ...raw }
    const stage = this.parseTargets(own, collection, at, depth, earliest)
    const children = this.takeChildren(own, collection, action, at)
    if (parent) this.setParent(own, parent, action, at)
    return { own, children, stage }
  }

  private parseTargets(
    own: Record<string, unknown>,
    collection: Collection,
    at: string,
    depth: number,
    earliest: number,
  ): number {
    let stage = earliest
    for (const relation of nestableNames(collection).relations) {
      if (!Object.hasOwn(own, relation.name) || !this.scopes.create(targetOf(relation))) continue
      const value = own[relation.name]
      const isList = Array.isArray(value)
      if (isList !== (relation.relation!.kind === 'many')) continue
      const list = isList ? [...(value as unknown[])] : []
      for (const { place, raw } of recordsIn(value)) {
        const where = below(at, place === undefined ? relation.name : `${relation.name}.${place}`)
        if (this.isTooDeep(where, depth + 1)) continue
        const target = this.parseCreate(raw, targetOf(relation), where, depth + 1, earliest)
        stage = Math.max(stage, target.stage + 1)
        if (place === undefined) own[relation.name] = target.id
        else list[place] = target.id
      }
      if (isList) own[relation.name] = list
    }
    return stage
  }

  private takeChildren(
    own: Record<string, unknown>,
    collection: Collection,
    action: 'create' | 'update',
    at: string,
  ): Children[] {
    return nestableNames(collection).inverses.flatMap((inverse) => {
      const { name } = inverse
      if (!Object.hasOwn(own, name) || !this.isOpen(inverse, collection, action)) return []
      const value = own[name]
      delete own[name]
      const changes = this.collect(() => parseChildChanges(value, name, below(at, name), action))
      return changes ? [{ inverse, changes }] : []
    })
  }

  /** May the caller do anything to the records behind this name? */
  private isOpen(inverse: FieldShape, collection: Collection, action: 'create' | 'update'): boolean {
    const children = targetOf(inverse)
    if (this.scopes.create(children)?.canWrite(viaOf(inverse))) return true
    if (action === 'create' || !this.scopes.read(collection)?.related(inverse)) return false
    return this.scopes.update(children) !== undefined || this.scopes.delete(children) !== undefined
  }

  /** A child points at the record it stands in; it may say so, but nothing else. */
  private setParent(own: Record<string, unknown>, { via, id }: Parent, action: 'create' | 'update', at: string): void {
    const given = Object.hasOwn(own, via.name) ? own[via.name] : undefined
    const path = below(at, via.name)
    if (given !== undefined && (typeof given !== 'string' || given.toLowerCase() !== id))
      this.refuse(invalidAt('invalid_body', path, `${path} must be the record it stands in, or be left out`))
    if (action === 'create') own[via.name] = id
    else delete own[via.name]
  }

  private parseChildren(
    { inverse, changes }: Children,
    parentId: string,
    readable: RowScope | undefined,
    at: string,
    depth: number,
    stage: number,
  ): void {
    const collection = targetOf(inverse)
    const via = viaOf(inverse)
    const children = readable?.related(inverse)
    const owner = children && { children, via, id: parentId }
    for (const item of changes.delete) this.parseDelete(item.raw, collection, below(at, item.at), stage, owner)
    for (const item of changes.update) {
      const where = below(at, item.at)
      if (!this.isTooDeep(where, depth + 1)) this.parseChange(item.raw, collection, where, depth + 1, stage, owner)
    }
    for (const item of changes.create) {
      const where = below(at, item.at)
      if (this.isTooDeep(where, depth + 1)) continue
      if (this.scopes.create(collection)?.canWrite(via))
        this.parseCreate(item.raw, collection, where, depth + 1, stage, { via, id: parentId })
      else
        this.refuse(
          invalidAt('forbidden', where, `Your roles do not allow you to create records of ${collection.name}`),
        )
    }
  }

  private parseChange(
    raw: unknown,
    collection: Collection,
    at: string,
    depth: number,
    stage: number,
    owner: Owner | undefined,
  ): void {
    if (!isRecord(raw)) {
      this.refuse(invalidAt('invalid_body', at, `${at} must be an object with the id of a record`))
      return
    }
    const id = this.parseIdAt(raw['id'], below(at, 'id'))
    if (id === undefined) return
    if (!owner || !this.scopes.update(collection)) {
      this.refuse(childNotFound(below(at, 'id')))
      return
    }
    const { id: _id, ...rest } = raw
    this.parseUpdate(id, rest, collection, at, depth, stage, owner)
  }

  private parseDelete(raw: unknown, collection: Collection, at: string, stage: number, owner: Owner | undefined): void {
    const id = this.parseIdAt(raw, at)
    const scope = this.scopes.delete(collection)
    if (id === undefined) return
    if (!owner || !scope) this.refuse(childNotFound(at))
    else this.add({ kind: 'delete', stage, at, scope, id, owner })
  }

  private parseIdAt(raw: unknown, at: string): string | undefined {
    try {
      if (typeof raw === 'string') return parseId(raw)
    } catch {
      // Told below, with its path.
    }
    return void this.refuse(invalidAt('invalid_body', at, `${at} must be the id of a record`))
  }

  private isTooDeep(at: string, depth: number): boolean {
    if (depth <= limits.expandDepth) return false
    this.refuse(invalidAt('invalid_body', at, `${at} is nested deeper than ${limits.expandDepth} records`))
    return true
  }

  private add(step: Step): void {
    if (this.steps.length >= limits.bulkRecords)
      throw invalidAt('invalid_body', step.at, `At most ${limits.bulkRecords} records can be written at once`)
    this.steps.push(step)
  }

  private refuse(error: AppError): void {
    this.refusals.push(error)
    if (this.refusals.length >= maxRefusals) this.refuseInvalid()
  }

  private collect<T>(parse: () => T): T | undefined {
    try {
      return parse()
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      return void this.refuse(error)
    }
  }
}

/** Records behind one inverse relation of a body. */
interface Children {
  readonly inverse: FieldShape
  readonly changes: ChildChanges
}

const emptyBody: WriteBody = { columns: new Map(), lists: new Map(), operations: new Map(), made: new Set() }

export const isEmpty = (body: WriteBody): boolean => body.columns.size === 0 && body.lists.size === 0

const below = (at: string, name: string): string => (at === '' ? name : `${at}.${name}`)

/** The child is not there, not the parent's, or not the caller's to see or change: told alike. */
export const childNotFound = (at: string): AppError =>
  invalidAt('record_not_found', at, `${at} is not a record of its parent`)
