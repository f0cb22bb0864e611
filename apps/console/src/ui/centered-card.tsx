import { Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import type { ReactNode } from 'react'
import classes from './centered-card.module.css'
import { Mark } from './mark'

interface CenteredCardProps {
  readonly title: string
  readonly description?: ReactNode
  /** Of pages with more than a form on them. */
  readonly wide?: boolean
  readonly children?: ReactNode
}

/** The frame of pages before the sign-in. */
export function CenteredCard({ title, description, wide = false, children }: CenteredCardProps) {
  useDocumentTitle(`${title} · Holdfast`)
  return (
    <main className={classes.middle}>
      <Paper className={classes.card} data-wide={wide || undefined} withBorder p="xl" radius="lg">
        <Stack gap="md">
          <Group gap="xs">
            <Mark size={26} />
            <Text fw={600}>Holdfast</Text>
          </Group>
          <Title order={1}>{title}</Title>
          {description && <Text c="var(--hf-muted)">{description}</Text>}
          {children}
        </Stack>
      </Paper>
    </main>
  )
}
