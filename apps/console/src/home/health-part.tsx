import { Badge, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Facts } from '../ui/facts'
import { AnchorLink } from '../ui/links'
import { QueryState } from '../ui/query-state'
import { Section } from '../ui/section'
import { TimeAgo } from '../ui/time-ago'
import { disabledWebhooksQuery, failuresQuery, summaryQuery } from './queries'

const megabytes = (bytes: number): string => `${Math.round(bytes / 1_000_000).toLocaleString('en')} MB`

/** Whether anything is wrong, and where to look. */
export function HealthPart() {
  const summary = useQuery(summaryQuery)
  return (
    <Section title="Health" actions={<AnchorLink to="/observe">Observe</AnchorLink>}>
      <QueryState query={summary}>
        {({ requestsPerMinute, serverErrors, p95Ms, failedJobs, databaseBytes, slowStatements }) => (
          <Facts
            facts={[
              { name: 'Requests a minute', value: Math.round(requestsPerMinute).toLocaleString('en') },
              { name: '95 of 100 within', value: p95Ms === null ? '–' : `${Math.ceil(p95Ms).toLocaleString('en')} ms` },
              { name: 'Errors in 5 minutes', value: <Bad count={serverErrors} /> },
              { name: 'Slow queries in a day', value: slowStatements.toLocaleString('en') },
              {
                name: 'Failed jobs',
                value: failedJobs > 0 ? <AnchorLink to="/jobs">{failedJobs.toLocaleString('en')}</AnchorLink> : '0',
              },
              { name: 'Database', value: megabytes(databaseBytes) },
            ]}
          />
        )}
      </QueryState>
      <Failures />
      <DisabledWebhooks />
    </Section>
  )
}

const Bad = ({ count }: { readonly count: number }) =>
  count === 0 ? '0' : <Badge color="red">{count.toLocaleString('en')}</Badge>

/** Nothing at all where nothing failed. */
function Failures() {
  const { data = [] } = useQuery(failuresQuery)
  if (data.length === 0) return null
  return (
    <Stack gap={4} pt="sm">
      <Text fw={500}>Latest errors</Text>
      {data.map(({ id, method, path, status, at }) => (
        <Text key={id} size="sm" style={{ overflowWrap: 'anywhere' }}>
          <Badge color="red">{status}</Badge> {method} {path}{' '}
          <Text span size="xs" c="var(--hf-muted)">
            <TimeAgo at={at} />
          </Text>
        </Text>
      ))}
    </Stack>
  )
}

function DisabledWebhooks() {
  const { data = [] } = useQuery(disabledWebhooksQuery)
  if (data.length === 0) return null
  return (
    <Stack gap={4} pt="sm">
      <Text fw={500}>Webhooks that were switched off</Text>
      {data.slice(0, 3).map(({ id, url, disabledReason }) => (
        <Text key={id} size="sm" style={{ overflowWrap: 'anywhere' }}>
          {url}: {disabledReason}
        </Text>
      ))}
      <AnchorLink to="/webhooks">See webhooks</AnchorLink>
    </Stack>
  )
}
