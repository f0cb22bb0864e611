import { Outlet } from '@tanstack/react-router'
import { Page } from '../ui/page'
import { TabLink, TabLinks } from '../ui/tab-links'

const exact = { exact: true, includeSearch: false } as const

/** How the server does. Each tab asks for its own numbers, so that one that is slow holds up no other. */
export const ObserveLayout = () => (
  <Page title="Observe">
    <TabLinks label="Observe">
      <TabLink to="/observe" activeOptions={exact}>
        Overview
      </TabLink>
      <TabLink to="/observe/requests" activeOptions={exact}>
        Requests
      </TabLink>
      <TabLink to="/observe/slow" activeOptions={exact}>
        Slow statements
      </TabLink>
      <TabLink to="/observe/database" activeOptions={exact}>
        Database
      </TabLink>
      <TabLink to="/observe/audit" activeOptions={exact}>
        Audit log
      </TabLink>
    </TabLinks>
    <Outlet />
  </Page>
)
