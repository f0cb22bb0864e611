import { Button, Group, Progress, Stack, Text, Title, VisuallyHidden } from '@mantine/core'
import { useLocalStorage } from '@mantine/hooks'
import { IconCircleCheckFilled, IconCircleDashed } from '@tabler/icons-react'
import { AnchorLink, ButtonLink } from '../../ui/links'
import classes from './start.module.css'
import { type StartStep, useStartSteps } from './use-start-steps'

/** While the project is young: what is done, and what comes next. */
export function StartPart() {
  const steps = useStartSteps()
  const [isHidden, setIsHidden] = useLocalStorage({
    key: 'holdfast:start-hidden',
    defaultValue: false,
    getInitialValueInEffect: false,
  })
  const done = steps.filter((step) => step.done).length
  const isKnown = steps.every((step) => step.done !== undefined)
  if (isHidden || !isKnown || done === steps.length) return null
  return (
    <section aria-labelledby="start" className={classes.panel}>
      <Group justify="space-between" gap="sm" mb="xs">
        <Group gap="sm">
          <Title order={2} id="start">
            First steps
          </Title>
          <Text size="sm" c="var(--hf-muted)">
            {done} of {steps.length} done
          </Text>
        </Group>
        <Group gap={4}>
          {!steps[0]?.done && (
            <ButtonLink to="/welcome" variant="subtle" size="xs">
              Begin with a demo or a file
            </ButtonLink>
          )}
          <Button variant="subtle" color="gray" size="xs" onClick={() => setIsHidden(true)}>
            Hide
          </Button>
        </Group>
      </Group>
      <Progress value={(done / steps.length) * 100} size={4} mb="sm" aria-hidden />
      <ol className={classes.steps}>
        {steps.map((step) => (
          <Step key={step.label} {...step} />
        ))}
      </ol>
    </section>
  )
}

function Step({ label, why, done, to, params }: StartStep) {
  const Icon = done ? IconCircleCheckFilled : IconCircleDashed
  return (
    <li className={classes.step} data-done={done || undefined}>
      <Icon size={18} className={classes.icon} aria-hidden />
      <Stack gap={0}>
        {done ? (
          <Text>
            {label} <VisuallyHidden>(done)</VisuallyHidden>
          </Text>
        ) : (
          // The routes check each pair of path and parameters where it is named; here they only come together.
          <AnchorLink to={to as '/api'} params={(params ?? {}) as never} fw={500}>
            {label}
          </AnchorLink>
        )}
        <Text size="xs" c="var(--hf-muted)">
          {why}
        </Text>
      </Stack>
    </li>
  )
}
