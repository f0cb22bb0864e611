import { Group, Text, UnstyledButton } from '@mantine/core'
import { IconSelector } from '@tabler/icons-react'
import { useRouteContext } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import classes from './shell.module.css'

const UserMenuList = lazy(() => import('./user-menu-list'))

/** Who is signed in; what one can do about it is loaded when it is wanted. */
export function UserMenu() {
  const { user } = useRouteContext({ from: '/shell' })
  const [opened, setOpened] = useState(false)
  const button = (
    <UnstyledButton className={classes.link!} w="100%" aria-haspopup="menu" onClick={() => setOpened(true)}>
      <Group gap={8} wrap="nowrap">
        <Text size="sm" truncate>
          {user.email ?? user.id}
        </Text>
        <IconSelector size={14} style={{ marginLeft: 'auto', flex: 'none' }} />
      </Group>
    </UnstyledButton>
  )
  if (!opened) return button
  return (
    <Suspense fallback={button}>
      <UserMenuList button={button} onClose={() => setOpened(false)} />
    </Suspense>
  )
}
