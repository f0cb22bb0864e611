import { Stack, Text, ThemeIcon, Title } from '@mantine/core'
import type { ComponentType, ReactNode } from 'react'

interface EmptyStateProps {
  readonly icon: ComponentType<{ size?: number; stroke?: number }>
  readonly title: string
  /** What belongs here, and why one would want it. */
  readonly children?: ReactNode
  /** The button that makes the first one. */
  readonly action?: ReactNode
}

/** In place of a list with nothing in it. */
export const EmptyState = ({ icon: Icon, title, children, action }: EmptyStateProps) => (
  <Stack align="center" gap="xs" py={56} px="md" ta="center">
    <ThemeIcon variant="light" size={44} radius="xl">
      <Icon size={22} stroke={1.6} />
    </ThemeIcon>
    <Title order={2}>{title}</Title>
    {children && (
      <Text c="var(--hf-muted)" maw={460}>
        {children}
      </Text>
    )}
    {action}
  </Stack>
)
