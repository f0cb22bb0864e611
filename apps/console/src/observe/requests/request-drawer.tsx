import type { LoggedRequest } from '@holdfast/contract'
import { Drawer, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Copy } from '../../ui/code'
import { ButtonLink } from '../../ui/links'
import { QueryState } from '../../ui/query-state'
import { fullTime } from '../../ui/time-ago'
import { FactList } from '../fact-list'
import { formatBytes, formatMs } from '../format'
import { requestQuery } from '../queries'
import { StatusBadge } from '../status-badge'

interface RequestDrawerProps {
  readonly requestId: string
  onClose(): void
}

/** Everything the log holds of one request, and ways to others like it. */
export function RequestDrawer({ requestId, onClose }: RequestDrawerProps) {
  const query = useQuery(requestQuery(requestId))
  return (
    <Drawer opened onClose={onClose} title="Request" size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      <QueryState query={query}>
        {(request) => (request ? <Details request={request} /> : <Text>The log has no such request any more.</Text>)}
      </QueryState>
    </Drawer>
  )
}

function Details({ request }: { readonly request: LoggedRequest }) {
  const { method, path, query, status, ms, bytes, address, principal, principalId, impersonatorId } = request
  const { userAgent, requestId, errorCode, at, route } = request
  return (
    <Stack gap="md">
      <FactList
        facts={[
          ['Request', <Mono key="request" text={`${method} ${path}${query ? `?${query}` : ''}`} />],
          ['Route', route ?? 'None: there is nothing at this path'],
          [
            'Result',
            <Group key="result" gap={6}>
              <StatusBadge status={status} />
              {errorCode && <Mono text={errorCode} />}
            </Group>,
          ],
          ['When', fullTime(new Date(at))],
          ['Took', formatMs(ms)],
          ['Answer', bytes === null ? null : formatBytes(bytes)],
          [
            'Caller',
            principal === 'public' ? 'Nobody signed in' : principalId && <Mono text={`${principal} ${principalId}`} />,
          ],
          ['Acted as by', impersonatorId && <Mono text={impersonatorId} />],
          ['Address', address],
          ['User agent', userAgent],
          [
            'Request id',
            <Group key="id" gap={4}>
              <Mono text={requestId} />
              <Copy text={requestId} />
            </Group>,
          ],
        ]}
      />
      <Group gap="xs">
        {principalId && (
          <ButtonLink variant="default" size="xs" to="/observe/requests" search={{ principalId }}>
            Same caller
          </ButtonLink>
        )}
        {route && (
          <ButtonLink variant="default" size="xs" to="/observe/requests" search={{ route }}>
            Same route
          </ButtonLink>
        )}
        {address && (
          <ButtonLink variant="default" size="xs" to="/observe/requests" search={{ address }}>
            Same address
          </ButtonLink>
        )}
        {principal === 'user' && principalId && (
          <ButtonLink variant="default" size="xs" to="/data/$collection" params={{ collection: 'users' }}>
            Users
          </ButtonLink>
        )}
      </Group>
    </Stack>
  )
}

const Mono = ({ text }: { readonly text: string }) => (
  <Text span ff="monospace" fz="xs">
    {text}
  </Text>
)
