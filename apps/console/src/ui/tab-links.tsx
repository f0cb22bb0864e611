import { Anchor, type AnchorProps } from '@mantine/core'
import { createLink } from '@tanstack/react-router'
import type { AnchorHTMLAttributes, ReactNode } from 'react'
import classes from './tab-links.module.css'

type TabAnchorProps = AnchorProps & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof AnchorProps>

const TabAnchor = (props: TabAnchorProps) => <Anchor {...props} underline="never" className={classes.tab!} />

/** A tab of a section that has a page of its own. */
export const TabLink = createLink(TabAnchor)

/** The pages of one section, in a row that scrolls by itself on a phone. */
export const TabLinks = ({ label, children }: { readonly label: string; readonly children: ReactNode }) => (
  <nav aria-label={label} className={classes.tabs}>
    {children}
  </nav>
)
