import type { RuleTestReport, RuleTestResult } from '@holdfast/contract'

/** The outcome of every test, by collection, as people read it. */
export function writeReport({ passed, failed, tests }: RuleTestReport): string {
  if (tests.length === 0) return 'No rule has tests.\n'
  const lines = [...Map.groupBy(tests, ({ collection }) => collection)].flatMap(([collection, results]) => [
    collection,
    ...results.flatMap(writeResult),
    '',
  ])
  const total = failed === 0 ? `${passed} passed` : `${failed} failed, ${passed} passed`
  return `${lines.join('\n')}\n${total}\n`
}

function writeResult({ rule, test, description, action, passed, expected, got, reason }: RuleTestResult): string[] {
  const title = `rules.${rule}.tests.${test}: ${description ?? `${action} is ${expected}`}`
  if (passed) return [`  ✓ ${title}`]
  return [`  ✗ ${title}`, `      expected ${expected}, got ${got}: ${reason}`]
}
