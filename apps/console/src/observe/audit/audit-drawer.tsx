import type { AuditEntry } from '@holdfast/contract'
import { Badge, Drawer, Group, Stack, Text } from '@mantine/core'
import { ButtonLink } from '../../ui/links'
import { fullTime } from '../../ui/time-ago'
import { FactList } from '../fact-list'
import { StatusBadge } from '../status-badge'
import { describeAction } from './describe-action'

interface AuditDrawerProps {
  readonly entry: AuditEntry
  onClose(): void
}

/** Everything a line holds, and ways to others like it. */
export function AuditDrawer({ entry, onClose }: AuditDrawerProps) {
  const { action, target, actorId, actorEmail, keyId, actingAsId, at, method, route, paths } = entry
  const { address, userAgent, requestId, status, errorCode } = entry
  return (
    <Drawer
      opened
      onClose={onClose}
      title={describeAction(action)}
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack gap="md">
        <FactList
          facts={[
            ['Done to', target],
            ['Who', actorEmail ?? actorId ?? (keyId ? null : 'Nobody signed in')],
            ['By API key', keyId],
            ['In place of', actingAsId],
            ['When', fullTime(new Date(at))],
            [
              'Result',
              <Group key="result" gap={6}>
                <StatusBadge status={status} />
                {errorCode}
              </Group>,
            ],
            [
              'Given',
              paths.length > 0 && (
                <Group gap={4}>
                  {paths.map((path) => (
                    <Badge key={path} color="gray" ff="monospace">
                      {path}
                    </Badge>
                  ))}
                </Group>
              ),
            ],
            ['Route', `${method} ${route}`],
            ['Address', address],
            ['User agent', userAgent],
            ['Request id', requestId],
          ]}
        />
        {paths.length > 0 && (
          <Text size="xs" c="var(--hf-muted)">
            Places of what was sent. Values are not kept: they may be secrets.
          </Text>
        )}
        <Group gap="xs">
          {target && (
            <ButtonLink variant="default" size="xs" to="/observe/audit" search={{ target }}>
              All that was done to it
            </ButtonLink>
          )}
          {(actorId ?? keyId) && (
            <ButtonLink variant="default" size="xs" to="/observe/audit" search={{ actorId: (actorId ?? keyId)! }}>
              All by the same
            </ButtonLink>
          )}
        </Group>
      </Stack>
    </Drawer>
  )
}
