import type { SlowStatement } from '@holdfast/contract'
import { Alert, Badge, Button, Card, Group, Stack, Text, Title } from '@mantine/core'
import { IconBulb } from '@tabler/icons-react'
import { useState } from 'react'
import { Code } from '../../ui/code'
import { AnchorLink } from '../../ui/links'
import { notifyError } from '../../ui/notify'
import { TimeAgo } from '../../ui/time-ago'
import { formatCount, formatMs } from '../format'
import type { IndexAdvice } from './index-dialog'

interface StatementCardProps {
  readonly statement: SlowStatement
  onIndex(index: IndexAdvice): void
  onForget(): Promise<void>
}

/** One shape of a statement: how slow, how often, its SQL, and what would help. */
export function StatementCard({ statement, onIndex, onForget }: StatementCardProps) {
  const { sql, collection, count, totalMs, p95Ms, maxMs, lastAt, advice, calls, meanMs } = statement
  const [isBusy, setIsBusy] = useState(false)
  const forget = async () => {
    setIsBusy(true)
    await onForget().catch(notifyError)
    setIsBusy(false)
  }
  const name = collection ?? 'The system'
  return (
    <Card withBorder component="article" aria-label={`Slow statement of ${name}`} padding="md">
      <Stack gap="sm">
        <Group justify="space-between" gap="xs">
          <Group gap="xs">
            <Title order={2} size="h3">
              {collection ? (
                <AnchorLink inherit to="/data/$collection" params={{ collection }}>
                  {collection}
                </AnchorLink>
              ) : (
                name
              )}
            </Title>
            <Badge color="gray">slow {formatCount(count)} ×</Badge>
            <Text size="sm" c="var(--hf-muted)">
              last <TimeAgo at={lastAt} />
            </Text>
          </Group>
          <Button variant="subtle" color="gray" size="compact-sm" loading={isBusy} onClick={() => void forget()}>
            Forget
          </Button>
        </Group>
        <Group gap="lg">
          <Measure label="95 of 100 within" value={formatMs(p95Ms)} />
          <Measure label="Longest" value={formatMs(maxMs)} />
          <Measure label="All together" value={formatMs(totalMs)} />
          {calls !== null && <Measure label="Run, slow or not" value={formatCount(calls)} />}
          {meanMs !== null && <Measure label="Mean of all runs" value={formatMs(meanMs)} />}
        </Group>
        {advice.map(({ message, index }) => (
          <Alert key={message} variant="light" color="teal" icon={<IconBulb size={18} />}>
            <Group justify="space-between" gap="xs">
              <Text flex="1 1 260px">{message}</Text>
              {index && (
                <Button size="xs" onClick={() => onIndex(index)}>
                  Create this index
                </Button>
              )}
            </Group>
          </Alert>
        ))}
        <Code code={sql} label={`SQL of the slow statement of ${name}`} maxHeight={160} />
      </Stack>
    </Card>
  )
}

const Measure = ({ label, value }: { readonly label: string; readonly value: string }) => (
  <div>
    <Text size="xs" c="var(--hf-muted)">
      {label}
    </Text>
    <Text fw={500}>{value}</Text>
  </div>
)
