import type { RuleTestReport, RuleTestResult } from '@holdfast/contract'
import { Badge, Group, Stack, Text } from '@mantine/core'
import { AnchorLink } from '../../ui/links'
import { withRuleNumbers } from '../rule-words'
import classes from './test-report.module.css'

interface TestReportProps {
  readonly report: RuleTestReport
  /** Tests of one collection need not name it. */
  readonly ofOne?: boolean
}

/** What became of tests: the failed ones first, each with what was expected and what came out. */
export function TestReport({ report: { passed, failed, tests }, ofOne = false }: TestReportProps) {
  if (tests.length === 0)
    return (
      <Text c="var(--hf-muted)">
        No rule has a test. A test says who may do what with which record, and runs with every change.
      </Text>
    )
  const sorted = tests.toSorted((a, b) => Number(a.passed) - Number(b.passed))
  return (
    <Stack gap="sm">
      <Group gap="xs">
        {failed > 0 && <Badge color="red">{failed} failed</Badge>}
        {passed > 0 && <Badge color="teal">{passed} passed</Badge>}
      </Group>
      <ul className={classes.list} aria-label="Rule tests">
        {sorted.map((test) => (
          <li key={`${test.collection} ${test.rule} ${test.test}`} className={classes.test} data-passed={test.passed}>
            <Group gap="xs" wrap="nowrap" align="flex-start">
              <Badge color={test.passed ? 'teal' : 'red'} className={classes.mark}>
                {test.passed ? 'passed' : 'failed'}
              </Badge>
              <div className={classes.words}>
                <Text>{test.description ?? `Test ${test.test + 1} of rule ${test.rule + 1}`}</Text>
                {!test.passed && (
                  <Text size="sm">
                    Expected {test.expected}, got {test.got}: {withRuleNumbers(test.reason)}
                  </Text>
                )}
                <Text size="xs" c="var(--hf-muted)">
                  <Place test={test} ofOne={ofOne} />
                </Text>
              </div>
            </Group>
          </li>
        ))}
      </ul>
    </Stack>
  )
}

function Place({
  test: { collection, rule, action },
  ofOne,
}: {
  readonly test: RuleTestResult
  readonly ofOne: boolean
}) {
  if (ofOne) return `Rule ${rule + 1}, ${action}`
  return (
    <AnchorLink to="/permissions/$collection" params={{ collection }} search={{ rule }} inherit>
      {collection}, rule {rule + 1}, {action}
    </AnchorLink>
  )
}
