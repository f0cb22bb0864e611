import { Button, Text } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { Person } from './person'
import classes from './record.module.css'
import type { NewerRecord } from './use-newer'

interface NewerBannerProps {
  readonly newer: NewerRecord
  /** Something is typed that is not saved. */
  readonly isDirty: boolean
  onShow(): void
}

/** Says quietly that somebody else was here. Nothing that is typed moves before it is asked for. */
export const NewerBanner = ({ newer: { record, by }, isDirty, onShow }: NewerBannerProps) => (
  <output className={classes.banner}>
    <IconRefresh size={16} aria-hidden />
    <Text span size="sm" flex={1}>
      {record ? 'Changed' : 'Deleted'}
      {by === undefined ? ' by somebody' : ' by '}
      {by !== undefined && <Person id={by} />} while you have it open.
    </Text>
    {record && (
      <Button size="compact-sm" variant="default" onClick={onShow}>
        {isDirty ? 'Compare with mine' : 'Show'}
      </Button>
    )}
  </output>
)
