import { Drawer } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { parseGridSearch } from '../grid/grid-search'
import classes from './record.module.css'

interface RecordDrawerProps {
  readonly collection: string
  /** Says to those who cannot see it what has opened. */
  readonly label: string
  readonly children: ReactNode
}

/** Over the grid at the right; all of a phone. Closing it leads back to the grid as it was. */
export function RecordDrawer({ collection, label, children }: RecordDrawerProps) {
  const close = useCloseDrawer(collection)
  const isPhone = useMediaQuery('(max-width: 48em)')
  return (
    <Drawer.Root opened onClose={close} size={isPhone ? '100%' : 680} position="right">
      <Drawer.Overlay />
      <Drawer.Content aria-label={label}>
        <div className={classes.drawer}>{children}</div>
      </Drawer.Content>
    </Drawer.Root>
  )
}

/** Back to the grid, with the filter and the sort it had. */
export function useCloseDrawer(collection: string): () => void {
  const navigate = useNavigate()
  return () =>
    void navigate({
      to: '/data/$collection',
      params: { collection },
      search: (old) => parseGridSearch(old),
    })
}
