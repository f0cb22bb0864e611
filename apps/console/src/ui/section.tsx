import { Box, Group, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

interface SectionProps {
  readonly title: string
  readonly description?: ReactNode
  /** Buttons at the right of the title. */
  readonly actions?: ReactNode
  readonly children?: ReactNode
}

/** A part of a page under a heading of its own. */
export const Section = ({ title, description, actions, children }: SectionProps) => (
  <Box component="section" aria-label={title}>
    <Group justify="space-between" align="flex-start" gap="sm" mb="xs">
      <Stack gap={2}>
        <Title order={2}>{title}</Title>
        {description && (
          <Text size="sm" c="var(--hf-muted)" maw={640}>
            {description}
          </Text>
        )}
      </Stack>
      {actions && <Group gap="xs">{actions}</Group>}
    </Group>
    {children}
  </Box>
)
