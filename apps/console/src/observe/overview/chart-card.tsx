import {
  Card,
  Collapse,
  Group,
  ScrollArea,
  Skeleton,
  Table,
  Text,
  Title,
  UnstyledButton,
  VisuallyHidden,
} from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { lazy, type ReactNode, Suspense } from 'react'
import type { ChartProps } from './metrics-chart'

const MetricsChart = lazy(() => import('./metrics-chart'))

interface ChartCardProps extends Omit<ChartProps, 'label'> {
  readonly title: string
  /** What it is now, or was at most. */
  readonly value?: ReactNode
}

/** A chart, and the same numbers as a table for who does not see it. */
export function ChartCard({ title, value, ...chart }: ChartCardProps) {
  const [opened, { toggle }] = useDisclosure(false)
  const latest = chart.data.at(-1)
  const label = `${title}: ${chart.series.map(({ name }) => `${name} ${show(latest?.[name], chart.format)}`).join(', ')} now`
  return (
    <Card withBorder component="section" aria-label={title} padding="md" miw={0}>
      <Group justify="space-between" align="baseline" mb="xs" gap="xs">
        <Title order={2} size="h3">
          {title}
        </Title>
        {value !== undefined && <Text c="var(--hf-muted)">{value}</Text>}
      </Group>
      <Suspense fallback={<Skeleton height={180} />}>
        <MetricsChart label={label} {...chart} />
      </Suspense>
      <UnstyledButton mt={10} fz="xs" c="var(--hf-muted)" onClick={toggle} aria-expanded={opened}>
        {opened ? 'Hide numbers' : 'Show numbers'}
        <VisuallyHidden> of {title}</VisuallyHidden>
      </UnstyledButton>
      <Collapse expanded={opened}>{opened && <Numbers title={title} {...chart} />}</Collapse>
    </Card>
  )
}

/** The newest first, and only times at which there was something. */
const Numbers = ({ title, data, series, format }: Omit<ChartCardProps, 'value'>) => (
  <ScrollArea.Autosize
    mah={240}
    type="auto"
    viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': `${title} as a table` }}
  >
    <Table fz="xs" verticalSpacing={4} aria-label={title}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Time</Table.Th>
          {series.map(({ name }) => (
            <Table.Th key={name} ta="right">
              {name}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {data
          .filter((point) => series.some(({ name }) => point[name] !== null))
          .toReversed()
          .map((point) => (
            <Table.Tr key={point.time}>
              <Table.Td>{point.time}</Table.Td>
              {series.map(({ name }) => (
                <Table.Td key={name} ta="right">
                  {show(point[name], format)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
      </Table.Tbody>
    </Table>
  </ScrollArea.Autosize>
)

const show = (value: number | string | null | undefined, format: (value: number) => string): string =>
  typeof value === 'number' ? format(value) : '–'
