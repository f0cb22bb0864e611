import { limits } from '@holdfast/contract'
import type { Field } from '../../collections/index.js'
import { AppError, invalidAt } from '../../lib/index.js'
import type { RowScope, WriteScope } from '../../permissions/index.js'
import type { WriteBody } from '../write/write-body.js'
import { mergeRefusals } from './nested-parts.js'

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

/** The steps found so far, and what was wrong: all of it is told together. */
export class NestedSteps {
  readonly steps: Step[] = []
  private readonly refusals: AppError[] = []

  /** @throws invalid_body when there are too many */
  add(step: Step): void {
    if (this.steps.length >= limits.bulkRecords)
      throw invalidAt('invalid_body', step.at, `At most ${limits.bulkRecords} records can be written at once`)
    this.steps.push(step)
  }

  refuse(error: AppError): void {
    this.refusals.push(error)
    if (this.refusals.length >= maxRefusals) this.throwIfRefused()
  }

  /** What was parsed; undefined once it was refused. */
  collect<T>(parse: () => T): T | undefined {
    try {
      return parse()
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      return void this.refuse(error)
    }
  }

  get isRefused(): boolean {
    return this.refusals.length > 0
  }

  /** @throws everything that is wrong with the bodies */
  throwIfRefused(): void {
    if (this.isRefused) throw mergeRefusals(this.refusals)
  }
}

/** Nothing is written into the record itself. */
export const isEmpty = (body: WriteBody): boolean => body.columns.size === 0 && body.lists.size === 0

/** The child is not there, not the parent's, or not the caller's to see or change: told alike. */
export const childNotFound = (at: string): AppError =>
  invalidAt('record_not_found', at, `${at} is not a record of its parent`)
