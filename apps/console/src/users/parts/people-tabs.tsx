import { TabLink, TabLinks } from '../../ui/tab-links'

/** The pages about who may come in. */
export const PeopleTabs = () => (
  <TabLinks label="Users and keys">
    <TabLink to="/users">Users</TabLink>
    <TabLink to="/roles">Roles</TabLink>
    <TabLink to="/teams">Teams</TabLink>
    <TabLink to="/invites">Invitations</TabLink>
    <TabLink to="/api-keys">API keys</TabLink>
    <TabLink to="/service-accounts">Service accounts</TabLink>
  </TabLinks>
)
