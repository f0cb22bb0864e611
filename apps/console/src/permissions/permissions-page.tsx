import { Page } from '../ui/page'

export function PermissionsPage() {
  return <Page title="Permissions" />
}
