import { Injectable } from '@nestjs/common'
import { bindingsOf } from '../../permissions/index.js'
import type { RawPart } from '../write/raw-record.js'
import type { Written } from '../write/run-write.js'
import { WriteSteps, type Writing } from '../write/write-steps.js'
import type { Step } from './nested-steps.js'
import { parseNestedCreates, parseNestedUpdate } from './parse-nested.js'
import { RootNotFound, readWritten, runNested } from './run-nested.js'

/** Writes bodies with records in them, each record through the rules of its own collection, all or none. */
@Injectable()
export class NestedWrites {
  constructor(private readonly steps: WriteSteps) {}

  /** Creates records with the records in them. Gives the outermost ones, in the order given. */
  async create(writing: Writing, parts: readonly RawPart[]): Promise<Written[]> {
    const { steps, ids } = parseNestedCreates(parts, writing.collection, writing.scopes)
    return this.run(writing, steps, ids)
  }

  /** Updates a record, and writes the records in its body. @throws record_not_found, version_conflict, … */
  async update(writing: Writing, id: string, raw: unknown): Promise<Written> {
    const steps = parseNestedUpdate(id, raw, writing.collection, writing.scopes)
    try {
      return (await this.run(writing, steps, [id]))[0]!
    } catch (error) {
      if (!(error instanceof RootNotFound)) throw error
      return this.steps.refuse(writing, id)
    }
  }

  private run(writing: Writing, steps: readonly Step[], ids: readonly string[]): Promise<Written[]> {
    const { principal, collection, scopes, options, target } = writing
    const echo = this.steps.echo(scopes.read(collection), options)
    const bindings = bindingsOf(principal)
    return runNested(target, steps, bindings, options.version, (tx) =>
      readWritten(tx, collection, ids, echo, options.search, bindings),
    )
  }
}
