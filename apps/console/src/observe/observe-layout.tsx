import { Outlet } from '@tanstack/react-router'
import { Page } from '../ui/page'
import { TabLinks } from '../ui/tab-links'

const tabs = [
  { to: '/observe', label: 'Overview' },
  { to: '/observe/requests', label: 'Requests' },
  { to: '/observe/slow', label: 'Slow statements' },
  { to: '/observe/database', label: 'Database' },
  { to: '/observe/audit', label: 'Audit log' },
]

/** How the server does. Each tab asks for its own numbers, so that one that is slow holds up no other. */
export const ObserveLayout = () => (
  <Page title="Observe">
    <TabLinks label="Observe" tabs={tabs} />
    <Outlet />
  </Page>
)
