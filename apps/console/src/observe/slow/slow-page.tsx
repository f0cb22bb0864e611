import type { SlowStatement } from '@holdfast/contract'
import { Button, Group, Stack, Text } from '@mantine/core'
import { IconRosetteDiscountCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../client/client'
import { queryClient } from '../../client/query-client'
import { Confirm } from '../../ui/confirm'
import { EmptyState } from '../../ui/empty-state'
import { AnchorLink } from '../../ui/links'
import { QueryState } from '../../ui/query-state'
import { formatMs } from '../format'
import { slowQuery } from '../queries'
import { type IndexAdvice, IndexDialog } from './index-dialog'
import { StatementCard } from './statement-card'

/** Statements that were slow, those that took most time first, and what would help. */
export function SlowPage() {
  const query = useQuery(slowQuery)
  const [advice, setAdvice] = useState<{ readonly index: IndexAdvice; readonly statement: SlowStatement }>()
  const [forgets, setForgets] = useState(false)
  const refresh = () => queryClient.invalidateQueries({ queryKey: slowQuery.queryKey })
  return (
    <Stack gap="md">
      <QueryState query={query}>
        {({ statements, thresholdMs }) => (
          <>
            <Group justify="space-between" gap="xs">
              <Text c="var(--hf-muted)">
                Statements that took {formatMs(thresholdMs)} or longer, by their shape: values are not kept.{' '}
                <AnchorLink underline="always" to="/settings/$section" params={{ section: 'observe.slowStatements' }}>
                  Change from when on one is slow
                </AnchorLink>
              </Text>
              {statements.length > 0 && (
                <Button variant="default" size="xs" onClick={() => setForgets(true)}>
                  Forget all
                </Button>
              )}
            </Group>
            {statements.length === 0 && (
              <EmptyState icon={IconRosetteDiscountCheck} title="Nothing was slow">
                As soon as a statement takes too long it shows here, with an index that would help where there is one.
              </EmptyState>
            )}
            {statements.map((statement) => (
              <StatementCard
                key={statement.id}
                statement={statement}
                onIndex={(index) => setAdvice({ index, statement })}
                onForget={async () => {
                  await client.admin.observe.forgetSlow(statement.id)
                  await refresh()
                }}
              />
            ))}
          </>
        )}
      </QueryState>
      {advice && (
        <IndexDialog
          index={advice.index}
          onClose={() => setAdvice(undefined)}
          onMade={async () => {
            await client.admin.observe.forgetSlow(advice.statement.id)
            setAdvice(undefined)
            await refresh()
          }}
        />
      )}
      <Confirm
        opened={forgets}
        title="Forget all slow statements?"
        label="Forget all"
        onClose={() => setForgets(false)}
        onConfirm={async () => {
          await client.admin.observe.forgetSlow()
          await refresh()
        }}
      >
        <Text>They show again when they are slow again.</Text>
      </Confirm>
    </Stack>
  )
}
