import type { SchemaApplyRequest, SchemaPlan, SchemaPlanRequest } from '@holdfast/contract'
import { dataOf } from '../answer.js'
import type { CallOptions, Send } from '../transport.js'

/** `client.admin.schema`. */
export class AdminSchema {
  readonly #send: Send

  /** @internal */
  constructor(send: Send) {
    this.#send = send
  }

  /**
   * What a change would do, step by step, without doing it.
   *
   * @example
   * const plan = await client.admin.schema.plan({ drop: ['notes'] })
   * for (const step of plan.steps) console.log(step.description, step.lossy ? 'loses data' : '')
   */
  async plan(change: SchemaPlanRequest, { signal }: CallOptions = {}): Promise<SchemaPlan> {
    return dataOf(await this.#send('POST', '/admin/schema/plan', { body: change, signal }))
  }

  /**
   * Does what a plan says, in one transaction.
   * @throws HoldfastError `plan_outdated` when the schema has changed since, `lossy_change`, `schema_change_failed`
   *
   * @example
   * const change = { drop: ['notes'] }
   * const { hash } = await client.admin.schema.plan(change)
   * await client.admin.schema.apply({ ...change, hash, acceptDataLoss: true })
   */
  async apply(change: SchemaApplyRequest, { signal }: CallOptions = {}): Promise<SchemaPlan> {
    return dataOf(await this.#send('POST', '/admin/schema/apply', { body: change, signal }))
  }

  /**
   * TypeScript types of all collections, ready for `createClient<Schema>`: what `holdfast types` writes.
   *
   * @example
   * const source = await client.admin.schema.types()
   */
  async types(options: CallOptions = {}): Promise<string> {
    return (await this.#send('GET', '/admin/schema/types', options)) as string
  }
}
