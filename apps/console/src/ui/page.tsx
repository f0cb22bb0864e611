import { Box, Group, Stack, Text, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import type { ReactNode } from 'react'
import classes from './page.module.css'

interface PageProps {
  readonly title: string
  readonly description?: ReactNode
  /** Buttons at the right of the title. */
  readonly actions?: ReactNode
  /** Fills the window and scrolls inside, as grids do. */
  readonly full?: boolean
  readonly children?: ReactNode
}

/** The frame of every page behind the navigation. */
export function Page({ title, description, actions, full = false, children }: PageProps) {
  useDocumentTitle(`${title} · Holdfast`)
  return (
    <Box className={full ? classes.full : classes.page}>
      <Group justify="space-between" align="flex-start" gap="sm" className={classes.head}>
        <Stack gap={2}>
          <Title order={1}>{title}</Title>
          {description && (
            <Text c="var(--hf-muted)" size="md" maw={720}>
              {description}
            </Text>
          )}
        </Stack>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Box>
  )
}
