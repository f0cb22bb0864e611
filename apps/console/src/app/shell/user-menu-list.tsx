import { Menu, useMantineColorScheme } from '@mantine/core'
import { IconDeviceDesktop, IconEye, IconLogout, IconMoon, IconSun, IconUserCircle } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { client } from '../../client/client'
import { viewAs } from '../../client/view-as'
import { askForView } from '../../permissions/view-as/ask-for-view'

const schemes = [
  { value: 'light', label: 'Light', icon: IconSun },
  { value: 'dark', label: 'Dark', icon: IconMoon },
  { value: 'auto', label: 'As the system', icon: IconDeviceDesktop },
] as const

/** What opens from the name of whoever is signed in. */
export default function UserMenuList({ button, onClose }: { readonly button: ReactElement; onClose(): void }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const signOut = async () => {
    await client.auth.signOut()
    queries.clear()
    viewAs.stop()
    await navigate({ to: '/sign-in' })
  }
  return (
    <Menu position="top-start" width={210} defaultOpened onClose={onClose}>
      <Menu.Target>{button}</Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconUserCircle size={15} />} onClick={() => void navigate({ to: '/account' })}>
          Your account
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>Appearance</Menu.Label>
        {schemes.map(({ value, label, icon: Icon }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon size={15} />}
            onClick={() => setColorScheme(value)}
            aria-current={colorScheme === value}
            fw={colorScheme === value ? 600 : 400}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconEye size={15} />} onClick={() => askForView()}>
          View data as…
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={15} />} onClick={signOut}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
