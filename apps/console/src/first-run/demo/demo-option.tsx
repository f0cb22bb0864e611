import { Button, Group, Progress, Stack, Text } from '@mantine/core'
import { IconPlaneDeparture } from '@tabler/icons-react'
import { ButtonLink } from '../../ui/links'
import { Problem } from '../../ui/problem'
import { Option } from '../option'
import type { DemoProgress } from './load-demo'
import { useLoadDemo } from './use-demo'

/** Airports and routes, to look around in. */
export function DemoOption() {
  const { load, progress } = useLoadDemo()
  return (
    <Option
      icon={IconPlaneDeparture}
      title="Look around in a demo"
      description="3,376 airports and 5,366 routes between them, with relations, places on earth, a search, rules and their tests. Home removes it again."
      action={
        !load.isSuccess && (
          <Button onClick={() => load.mutate()} loading={load.isPending}>
            Load the demo
          </Button>
        )
      }
    >
      {load.isPending && <Loading {...(progress ?? { done: 0, total: 0 })} />}
      {load.isError && <Problem error={load.error} onRetry={() => load.mutate()} />}
      {load.isSuccess && <Loaded />}
    </Option>
  )
}

const Loading = ({ done, total }: DemoProgress) => (
  <Stack gap={4}>
    <Progress.Root size="md">
      <Progress.Section value={total === 0 ? 0 : (done / total) * 100} aria-label="Records of the demo" />
    </Progress.Root>
    <Text size="xs" c="var(--hf-muted)" aria-live="polite">
      {done === 0 ? 'Making the collections…' : `${done.toLocaleString('en')} of ${total.toLocaleString('en')} records`}
    </Text>
  </Stack>
)

const Loaded = () => (
  <Group gap="xs" justify="space-between">
    <Text size="sm" role="status">
      The demo is there.
    </Text>
    <Group gap="xs">
      <ButtonLink to="/" variant="default">
        Go home
      </ButtonLink>
      <ButtonLink to="/data/$collection" params={{ collection: 'airports' }} autoFocus>
        Open airports
      </ButtonLink>
    </Group>
  </Group>
)
