import type { CollectionDefinition, ErrorItem, Json, RuleTestReport, RuleTestResult } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import { SchemaCache, SchemaChanges } from '../../collections/index.js'
import { AppError, invalidAt } from '../../lib/index.js'
import { readObject } from '../explain/parse-explain.js'
import { runRuleTests } from './run-rule-tests.js'

/** Tests of rules: tried before every change of the schema, and when an admin asks. */
@Injectable()
export class RuleTestsService {
  constructor(
    private readonly schemas: SchemaCache,
    private readonly changes: SchemaChanges,
  ) {
    changes.beforeApply(refuseFailing)
  }

  /** @throws invalid_body, invalid_definition, collection_not_found */
  async run(raw: Json): Promise<RuleTestReport> {
    const { collection, collections } = readObject(raw, '', ['collection', 'collections'])
    if (collection !== undefined && typeof collection !== 'string')
      throw invalidAt('invalid_value', 'collection', 'collection must be the name of a collection')
    const definitions = await this.definitions(collections)
    if (collection !== undefined && !definitions.some(({ name }) => name === collection))
      throw invalidAt('collection_not_found', 'collection', 'There is no such collection')
    return runRuleTests(definitions, collection)
  }

  /** Those that are served, or what they would be with others in their place. */
  private async definitions(proposed: Json | undefined): Promise<readonly CollectionDefinition[]> {
    if (proposed === undefined)
      return [...this.schemas.current.collections.values()].map(({ definition }) => definition)
    if (!Array.isArray(proposed) || proposed.length > 500)
      throw invalidAt('invalid_value', 'collections', 'collections must be a list of at most 500 definitions')
    const collections = proposed.map((definition, index) => ({ raw: definition, path: `collections.${index}` }))
    return this.changes.propose(() => ({ collections, drop: [] }))
  }
}

/** @throws rule_test_failed with each test that fails */
function refuseFailing(definitions: readonly CollectionDefinition[]): void {
  if (!definitions.some(({ rules }) => rules?.some(({ tests }) => tests?.length))) return
  const { failed, tests } = runRuleTests(definitions)
  if (failed === 0) return
  const failures = tests.filter(({ passed }) => !passed)
  const detail = failed === 1 ? '1 test of a rule fails' : `${failed} tests of rules fail`
  throw new AppError('rule_test_failed', `${detail}: nothing was changed`, {
    errors: failures.map(toItem),
    hint: 'Correct the rules, or the tests when they expect too much. POST /api/v1/admin/rules/test tries them without a change.',
    extra: { failures },
  })
}

const toItem = ({ collection, rule, test, description, expected, got, reason }: RuleTestResult): ErrorItem => ({
  path: `${collection}.rules.${rule}.tests.${test}`,
  code: 'rule_test_failed',
  message: `${description ?? 'the test'}: expected ${expected}, got ${got}: ${reason}`,
})
