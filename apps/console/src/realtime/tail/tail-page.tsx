import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { IconBolt, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { EmptyState } from '../../ui/empty-state'
import { Page } from '../../ui/page'
import { Problem } from '../../ui/problem'
import { RealtimeTabs } from '../realtime-tabs'
import { ChangeRow } from './change-row'
import classes from './tail.module.css'
import { TailFilter } from './tail-filter'
import { matches } from './tail-search'
import { useChangeTail } from './use-change-tail'

/** Every change as it happens: who made it, and what was there before and after. */
export function TailPage() {
  const search = useSearch({ from: '/shell/realtime' })
  const navigate = useNavigate({ from: '/realtime' })
  const [paused, setPaused] = useState(false)
  const tail = useChangeTail(search.collection, paused)
  const toggle = () => setPaused((old) => !old)
  useHotkeys([['p', toggle]])
  const shown = tail.changes.filter((change) => matches(change, search))
  return (
    <Page
      title="Realtime"
      description="Changes of records as they are made. The last 1,000 are kept while this page is open."
      actions={
        <>
          <Button
            variant="default"
            title="p"
            leftSection={paused ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
            onClick={toggle}
          >
            {paused ? 'Go on' : 'Pause'}
          </Button>
          <Button variant="default" disabled={tail.changes.length === 0} onClick={tail.clear}>
            Clear
          </Button>
        </>
      }
    >
      <RealtimeTabs />
      <Stack gap="sm">
        <Group justify="space-between">
          <TailFilter
            search={search}
            onChange={(change) =>
              void navigate({ search: (old) => ({ ...old, ...change }) as typeof old, replace: true })
            }
          />
          <Text size="sm" c="var(--hf-muted)" role="status">
            {paused ? 'Paused' : tail.isLive ? 'Live' : 'Connecting'}
          </Text>
        </Group>
        {tail.error !== undefined && <Problem error={tail.error} />}
        {tail.broken && (
          <Alert color="orange" title="Some changes are missing">
            The log was trimmed, or the database was set back. What comes now is complete again.
          </Alert>
        )}
        {shown.length === 0 ? (
          <EmptyState icon={IconBolt} title={tail.changes.length > 0 ? 'Nothing matches' : 'Waiting for changes'}>
            {tail.changes.length > 0
              ? 'Take a part of the filter away to see the others.'
              : 'Create or change a record, in the console or by the API, and it appears here.'}
          </EmptyState>
        ) : (
          <ul className={classes.list} aria-label="Changes">
            {shown.map((change) => (
              <ChangeRow key={`${change.position}`} change={change} />
            ))}
          </ul>
        )}
      </Stack>
    </Page>
  )
}
