import { Card, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { AnchorLink } from '../ui/links'

interface StatTileProps {
  readonly label: string
  readonly value: ReactNode
  readonly hint?: ReactNode
  /** Something to look at. */
  readonly bad?: boolean
  readonly to?: { readonly to: '/observe/requests'; readonly search: { readonly result: 5 } }
}

/** One number with its name. */
export const StatTile = ({ label, value, hint, bad = false, to }: StatTileProps) => (
  <Card withBorder padding="sm">
    <Text size="xs" c="var(--hf-muted)">
      {label}
    </Text>
    <Text fz={22} fw={600} {...(bad && { c: 'var(--mantine-color-error)' })}>
      {value}
    </Text>
    {hint && (
      <Text size="xs" c="var(--hf-muted)">
        {hint}
      </Text>
    )}
    {to && (
      <AnchorLink {...to} size="xs">
        Show them
      </AnchorLink>
    )}
  </Card>
)
