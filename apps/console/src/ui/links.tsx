import {
  ActionIcon,
  type ActionIconProps,
  Anchor,
  type AnchorProps,
  Button,
  type ButtonProps,
  NavLink,
  type NavLinkProps,
} from '@mantine/core'
import { createLink } from '@tanstack/react-router'
import type { AnchorHTMLAttributes } from 'react'

/** What an `a` takes beside the properties of a component that looks otherwise. */
type With<P> = P & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof P>

/** Parts of the component library that lead to a page; `to`, `params` and `search` are checked by the routes. */
export const AnchorLink = createLink((props: With<AnchorProps>) => <Anchor {...props} />)
export const ButtonLink = createLink((props: With<ButtonProps>) => <Button component="a" {...props} />)
export const IconLink = createLink((props: With<ActionIconProps>) => <ActionIcon component="a" {...props} />)
export const MenuLink = createLink((props: With<NavLinkProps>) => <NavLink component="a" {...props} />)
