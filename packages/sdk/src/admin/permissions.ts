import type {
  ExplainRequest,
  Explanation,
  PermissionPreview,
  RuleDefinition,
  RuleTestReport,
  RuleTestRequest,
} from '@holdfast/contract'
import { dataOf } from '../answer.js'
import type { CallOptions, Send } from '../transport.js'

/** `client.admin.permissions`. */
export class AdminPermissions {
  readonly #send: Send

  /** @internal */
  constructor(send: Send) {
    this.#send = send
  }

  /**
   * Whether somebody may do something, the rule that decided, and what in it did not hold. Nothing is written.
   *
   * @example
   * const why = await client.admin.permissions.explain({ as: { user: userId }, action: 'update', collection: 'posts', id })
   * console.log(why.allowed, why.reason, why.failed)
   */
  async explain(request: ExplainRequest, { signal }: CallOptions = {}): Promise<Explanation> {
    return dataOf(await this.#send('POST', '/permissions/explain', { body: request, signal }))
  }

  /**
   * Which records and fields each role would gain and lose by other rules, counted within limits and sampled. Nothing is
   * saved.
   *
   * @example
   * const preview = await client.admin.permissions.preview('posts', [{ role: 'public', action: 'read' }])
   * for (const { role, read } of preview.roles) console.log(role, read.rows?.gained, read.fields?.gained)
   */
  async preview(
    collection: string,
    rules: readonly RuleDefinition[],
    { signal }: CallOptions = {},
  ): Promise<PermissionPreview> {
    return dataOf(await this.#send('POST', '/admin/permissions/preview', { body: { collection, rules }, signal }))
  }

  /**
   * Tries the tests that rules carry; `collections` are definitions to try in place of those the server has.
   *
   * @example
   * const { passed, failed, tests } = await client.admin.permissions.testRules()
   */
  async testRules(request: RuleTestRequest = {}, { signal }: CallOptions = {}): Promise<RuleTestReport> {
    return dataOf(await this.#send('POST', '/admin/rules/test', { body: request, signal }))
  }
}
