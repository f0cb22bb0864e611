import { Group, Stack, Text, ThemeIcon, Title } from '@mantine/core'
import type { ComponentType, ReactNode } from 'react'
import classes from './option.module.css'

interface OptionProps {
  readonly icon: ComponentType<{ size?: number; stroke?: number }>
  readonly title: string
  readonly description: ReactNode
  /** The button that chooses it. */
  readonly action?: ReactNode
  /** What comes of choosing it. */
  readonly children?: ReactNode
}

/** One thing that a project can begin with. */
export const Option = ({ icon: Icon, title, description, action, children }: OptionProps) => (
  <section className={classes.option}>
    <Group gap="md" wrap="nowrap" align="flex-start" className={classes.row!}>
      <ThemeIcon variant="light" size={38} radius="md">
        <Icon size={20} stroke={1.6} />
      </ThemeIcon>
      <Stack gap={2} className={classes.text!}>
        <Title order={2} size="h3">
          {title}
        </Title>
        <Text c="var(--hf-muted)" size="sm">
          {description}
        </Text>
      </Stack>
      {action && <div className={classes.action}>{action}</div>}
    </Group>
    {children}
  </section>
)
