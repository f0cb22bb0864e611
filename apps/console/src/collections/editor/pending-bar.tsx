import type { CollectionDefinition } from '@holdfast/contract'
import { Box, Button, Group, Text } from '@mantine/core'
import type { Draft } from '../draft/draft'
import { summarise } from '../draft/summarise'
import classes from './collection-editor.module.css'

interface PendingBarProps {
  readonly base: CollectionDefinition
  readonly draft: Draft
  onReview(): void
  onDiscard(): void
}

/** What is not applied yet, in words, and the way on. */
export const PendingBar = ({ base, draft, onReview, onDiscard }: PendingBarProps) => (
  <Box className={classes.bar} role="region" aria-label="Draft">
    <Group justify="space-between" gap="xs">
      <Text aria-live="polite" size="md">
        {summarise(base, draft)}
      </Text>
      <Group gap="xs">
        <Button variant="default" onClick={onDiscard}>
          Discard
        </Button>
        <Button onClick={onReview}>{base.id === undefined ? 'Review and create' : 'Review changes'}</Button>
      </Group>
    </Group>
  </Box>
)
