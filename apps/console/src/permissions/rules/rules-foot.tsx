import { Badge, Button, Drawer, Group, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { Problem } from '../../ui/problem'
import { TestReport } from '../rule-tests/test-report'
import type { RuleCheck } from './rule-check'
import classes from './rules.module.css'
import type { RulesDraft } from './use-rules-draft'

interface RulesFootProps {
  readonly draft: RulesDraft
  readonly check: RuleCheck
  readonly canReview: boolean
  onDiscard(): void
  onReview(): void
}

/** How the draft stands, its tests, and the way on. */
export function RulesFoot({ draft, check, canReview, onDiscard, onReview }: RulesFootProps) {
  const [opened, { open, close }] = useDisclosure(false)
  const { tests, problems, error } = check
  const hasTests = tests !== undefined && tests.tests.length > 0
  if (!draft.isChanged && !hasTests && !error) return null
  return (
    <div className={classes.foot}>
      <Group gap="xs" role="status">
        {error && <Problem error={error} />}
        {!error && <Text size="sm">{wordState(draft, problems.length)}</Text>}
        {hasTests && tests.failed > 0 && <Badge color="red">{tests.failed} failed</Badge>}
        {hasTests && tests.failed === 0 && <Badge color="teal">{tests.passed} passed</Badge>}
      </Group>
      {hasTests && (
        <Button variant="default" onClick={open}>
          Tests
        </Button>
      )}
      {draft.isChanged && (
        <>
          <Button variant="default" onClick={onDiscard}>
            Discard
          </Button>
          <Button disabled={!canReview} onClick={onReview}>
            Review and save
          </Button>
        </>
      )}
      {tests && (
        <Drawer opened={opened} onClose={close} title="Rule tests">
          <TestReport report={tests} ofOne />
        </Drawer>
      )}
    </div>
  )
}

function wordState({ isChanged }: RulesDraft, problems: number): string {
  if (problems > 0) return problems === 1 ? 'One place needs another look' : `${problems} places need another look`
  return isChanged ? 'Not saved yet' : 'Tests of these rules'
}
