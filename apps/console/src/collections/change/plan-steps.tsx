import type { SchemaStep } from '@holdfast/contract'
import { Badge, Collapse, Group, Text, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconAlertTriangle, IconChevronRight } from '@tabler/icons-react'
import { Code } from '../../ui/code'
import classes from './plan-steps.module.css'

/** The steps in the order they run, each with its SQL. */
export const PlanSteps = ({ steps }: { readonly steps: readonly SchemaStep[] }) => (
  <ol className={classes.steps} aria-label="Steps">
    {steps.map((step, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: the steps of a plan never change places
      <Step key={index} step={step} />
    ))}
  </ol>
)

function Step({ step: { description, sql, lossy, lock, rows } }: { readonly step: SchemaStep }) {
  const [opened, { toggle }] = useDisclosure(false)
  return (
    <li className={classes.step} data-lossy={lossy || undefined}>
      <Group gap="xs" wrap="wrap" align="center">
        {lossy && <IconAlertTriangle size={16} aria-label="Loses data" className={classes.warning} />}
        <Text className={classes.words!}>{description}</Text>
        {rows > 0 && <Badge color="gray">{rows === 1 ? '1 record' : `${rows.toLocaleString('en')} records`}</Badge>}
        {blocks[lock] && (
          <Badge color={lock === 'ACCESS EXCLUSIVE' ? 'yellow' : 'gray'} title={`PostgreSQL lock: ${lock}`}>
            {blocks[lock]}
          </Badge>
        )}
        {sql.length > 0 && (
          <UnstyledButton className={classes.toggle} onClick={toggle} aria-expanded={opened}>
            <IconChevronRight size={14} className={classes.chevron} data-opened={opened || undefined} /> SQL
          </UnstyledButton>
        )}
      </Group>
      {sql.length > 0 && (
        <Collapse expanded={opened} pt="xs">
          <Code code={sql.map((statement) => `${statement};`).join('\n')} label="SQL of this step" maxHeight={260} />
        </Collapse>
      )}
    </li>
  )
}

/** What has to wait while the step runs. */
const blocks: Readonly<Record<SchemaStep['lock'], string | undefined>> = {
  'ACCESS EXCLUSIVE': 'Reads and writes wait',
  'SHARE ROW EXCLUSIVE': 'Writes wait',
  SHARE: 'Writes wait',
  'ROW EXCLUSIVE': undefined,
  NONE: undefined,
}
