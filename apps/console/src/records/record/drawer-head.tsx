import { CloseButton } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './record.module.css'

interface DrawerHeadProps {
  readonly children: ReactNode
  readonly actions?: ReactNode
  onClose(): void
}

export const DrawerHead = ({ children, actions, onClose }: DrawerHeadProps) => (
  <header className={classes.head}>
    <div className={classes.title}>{children}</div>
    {actions}
    <CloseButton onClick={onClose} aria-label="Close" title="Esc" />
  </header>
)
