import { NativeSelect, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router'
import { MenuLink } from '../ui/links'
import classes from './settings-layout.module.css'
import { otherSections, placeGroups, type SectionPlace } from './settings-places'
import { settingsQuery } from './settings-queries'

interface Entry {
  readonly to: string
  readonly title: string
}

/** Pages of settings that are more than a form. */
const serverPages: readonly Entry[] = [
  { to: '/settings/backups', title: 'Backups' },
  { to: '/settings/environment', title: 'Environment' },
]

/** The sections beside the one that is open; on a phone, a choice above it. */
export function SettingsLayout() {
  const { data = [] } = useQuery(settingsQuery)
  const names = data.map(({ section }) => section)
  const known = placeGroups.map(({ title, sections, pages = [] }) => ({
    title,
    entries: [...sections.filter(({ section }) => names.includes(section)).map(toEntry), ...pages],
  }))
  const groups = [
    ...known,
    { title: 'Other', entries: otherSections(names).map(toEntry) },
    { title: 'Server', entries: serverPages },
  ].filter(({ entries }) => entries.length > 0)
  return (
    <div className={classes.layout}>
      <nav className={classes.nav} aria-label="Settings">
        {groups.map(({ title, entries }) => (
          <div key={title}>
            <Text className={classes.heading!}>{title}</Text>
            {entries.map((entry) => (
              <MenuLink
                key={entry.to}
                to={entry.to}
                label={entry.title}
                className={classes.link!}
                activeProps={{ 'data-active': true }}
              />
            ))}
          </div>
        ))}
      </nav>
      <SectionChoice groups={groups} />
      <div className={classes.content}>
        <Outlet />
      </div>
    </div>
  )
}

const toEntry = ({ section, title, to = `/settings/${section}` }: SectionPlace): Entry => ({ to, title })

function SectionChoice({ groups }: { readonly groups: readonly { title: string; entries: readonly Entry[] }[] }) {
  const navigate = useNavigate()
  const path = useRouterState({ select: (state) => state.location.pathname })
  const isOpen = ({ to }: Entry) => path === to || path.startsWith(`${to}/`)
  return (
    <NativeSelect
      className={classes.choice!}
      aria-label="Settings"
      value={groups.flatMap(({ entries }) => entries).find(isOpen)?.to ?? path}
      onChange={(event) => void navigate({ to: event.currentTarget.value })}
      data={groups.map(({ title, entries }) => ({
        group: title,
        items: entries.map((entry) => ({ value: entry.to, label: entry.title })),
      }))}
    />
  )
}
