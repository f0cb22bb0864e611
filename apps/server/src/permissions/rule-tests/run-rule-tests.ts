import type {
  Action,
  CollectionDefinition,
  RuleDefinition,
  RuleTest,
  RuleTestReport,
  RuleTestResult,
} from '@holdfast/contract'
import { type Collection, compileSchema, type Schema } from '../../collections/index.js'
import { type MatchContext, matchCondition, not, traceCondition } from '../../query/index.js'
import { decide, type Verdict } from '../explain/verdicts.js'
import { nameRule, wordDecision } from '../explain/wording.js'
import { Scopes } from '../scopes.js'
import { isSettable, isShown, type Judgement, judge, type TestCase } from './judge-test.js'
import { TestRecords } from './test-record.js'
import { readTestUser } from './test-user.js'

/** Texts are ordered by their code points, as in the database that comes with the server. */
const texts = 'C.UTF-8'

/** Tries the tests of all rules, or of those of one collection. Pure: the records are those of the tests. */
export function runRuleTests(definitions: readonly CollectionDefinition[], only?: string): RuleTestReport {
  const tested = definitions.filter(({ name, rules }) => (only ?? name) === name && rules?.some((rule) => rule.tests))
  const schema = compileSchema(definitions, 0)
  const tests = tested.flatMap((definition) =>
    (definition.rules ?? []).flatMap((rule, index) =>
      (rule.tests ?? []).map((test, place) => runTest({ definition, rule, index, test, place }, schema)),
    ),
  )
  const passed = tests.filter((test) => test.passed).length
  return { passed, failed: tests.length - passed, tests }
}

interface Place {
  readonly definition: CollectionDefinition
  readonly rule: RuleDefinition
  readonly index: number
  readonly test: RuleTest
  readonly place: number
}

function runTest({ definition, rule, index, test, place }: Place, schema: Schema): RuleTestResult {
  const collection = schema.collections.get(definition.name)!
  const action = test.action ?? [rule.action].flat()[0]!
  const subject = prepare(test, action, collection, schema)
  const judgement = judge(subject)
  const got = judgement.allowed === undefined ? 'undecided' : judgement.allowed ? 'allowed' : 'denied'
  const shown = got === 'allowed' && action === 'read' ? findShown(test, subject) : undefined
  return {
    collection: definition.name,
    rule: index,
    test: place,
    ...(test.description !== undefined && { description: test.description }),
    action,
    passed: got === test.expect && shown === undefined,
    expected: test.expect,
    got,
    reason: shown ?? wordReason(subject, judgement),
  }
}

function prepare(test: RuleTest, action: Action, collection: Collection, schema: Schema): TestCase {
  const now = new Date()
  const records = new TestRecords(now)
  const user = readTestUser(test.as, schema.collections.get('users')!, records)
  const creator: Record<string, string> = action === 'create' && user.id !== undefined ? { createdBy: user.id } : {}
  const record = records.add({ ...creator, ...test.record }, collection)
  const context: MatchContext = { user, now, texts, related: records.related }
  const names = test.fields ?? Object.keys(test.record)
  const sent = names
    .map((name) => collection.fields.get(name)!)
    .filter((field) => field && (test.fields !== undefined || isSettable(field, action, collection)))
  const given = new Set(Object.keys(test.record))
  return { action, scopes: new Scopes(schema, user.roleSet), collection, records, record, given, sent, context }
}

/** Of the fields that are expected to be absent, one that shows, in a sentence. */
function findShown(test: RuleTest, subject: TestCase): string | undefined {
  for (const name of test.fields ?? []) {
    const shown = isShown(name, subject)
    if (shown === undefined) return `whether ${name} shows ${needsMore}`
    if (shown) return `${name} shows, and is expected to be absent`
  }
  return undefined
}

const needsMore = 'needs records or values the test was not given'

function wordReason(subject: TestCase, { allowed, record, closed }: Judgement): string {
  const { scopes, collection, action, sent, context } = subject
  if (!scopes.roles) return 'admins pass every rule'
  const verdicts = scopes
    .rulesOf(collection)
    .filter((rule) => rule.actions.includes(action))
    .map((rule): Verdict => {
      const blame = (wanted: boolean) =>
        traceCondition(wanted ? rule.condition : not(rule.condition), record, context)
          .filter(({ path }) => path !== '')
          .map(plain)
      const holds = () => matchCondition(rule.condition, record, context) === true
      return { rule, definition: collection.definition.rules![rule.index]!, holds, blame }
    })
  if (allowed === undefined) return wordUndecided(verdicts, subject)
  if (closed) return `${closed.name} may not be written: ${wordDecision(decide(verdicts, closed))}`
  const row = decide(verdicts)
  if (allowed || row.kind !== 'allowed') return wordDecision(row)
  for (const field of sent) {
    const decision = decide(verdicts, field)
    if (decision.kind !== 'allowed') return `${field.name} may not be written: ${wordDecision(decision)}`
  }
  return `no rules open ${sent.map(({ name }) => name).join(', ')} together, with what they preset`
}

const plain = ({ path, operator, expected, actual }: ReturnType<typeof traceCondition>[number]) => ({
  path,
  operator,
  expected,
  actual,
})

function wordUndecided(verdicts: readonly Verdict[], { record, context }: TestCase): string {
  const open = verdicts.find(({ rule }) => matchCondition(rule.condition, record, context) === undefined)
  if (!open) return `it ${needsMore}`
  const paths = traceCondition(open.rule.condition, record, context).flatMap((leaf) =>
    leaf.undecided ? [leaf.path] : [],
  )
  return `${nameRule(open)} ${needsMore}: ${[...new Set(paths)].join(', ')}`
}
