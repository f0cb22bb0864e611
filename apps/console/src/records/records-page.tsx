import { Page } from '../ui/page'

export function RecordsPage() {
  return <Page title="Records" />
}
