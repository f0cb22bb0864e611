import { Alert, Button, Group, List, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { refusedRead } from '../client/refused-reads'
import { ExplainButton } from '../permissions/explain/explain-button'
import { describeError } from './describe-error'

interface ProblemProps {
  readonly error: unknown
  readonly onRetry?: (() => void) | undefined
  /** Further buttons. */
  readonly actions?: ReactNode
}

/**
 * What went wrong and what to do about it, in place of what could not be shown. What rules keep from whomever the console looks
 * as can be explained.
 */
export function Problem({ error, onRetry, actions }: ProblemProps) {
  const refused = refusedRead(error)
  const { title, hint, places, requestId } = describeError(error)
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} />} title={title} role="alert">
      <Stack gap="xs">
        {hint && <Text>{hint}</Text>}
        {places.length > 0 && (
          <List size="sm">
            {places.map(({ path, message }) => (
              <List.Item key={`${path} ${message}`}>
                <Text span ff="monospace">
                  {path}
                </Text>
                : {message}
              </List.Item>
            ))}
          </List>
        )}
        {requestId && (
          <Text size="xs" c="var(--hf-muted)">
            Request {requestId}
          </Text>
        )}
        {(onRetry || refused || actions) && (
          <Group gap="xs">
            {onRetry && (
              <Button size="xs" variant="default" onClick={onRetry}>
                Try again
              </Button>
            )}
            {refused && <ExplainButton {...refused} />}
            {actions}
          </Group>
        )}
      </Stack>
    </Alert>
  )
}
