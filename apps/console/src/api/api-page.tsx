import { Page } from '../ui/page'

export function ApiPage() {
  return <Page title="API" />
}
