import { expect, it } from 'vitest'
import { writeReport } from './write-report.js'

it('marks what failed, and why', () => {
  const common = { collection: 'posts', rule: 0, action: 'read', expected: 'denied' } as const
  const report = writeReport({
    passed: 1,
    failed: 1,
    tests: [
      {
        ...common,
        test: 0,
        description: 'drafts stay private',
        passed: false,
        got: 'allowed',
        reason: 'rule 0 allows it',
      },
      { ...common, test: 1, passed: true, got: 'denied', reason: 'no rule allows it' },
    ],
  })
  expect(report).toBe(`posts
  ✗ rules.0.tests.0: drafts stay private
      expected denied, got allowed: rule 0 allows it
  ✓ rules.0.tests.1: read is denied

1 failed, 1 passed
`)
})

it('says that there was nothing to try', () => {
  expect(writeReport({ passed: 0, failed: 0, tests: [] })).toBe('No rule has tests.\n')
})
