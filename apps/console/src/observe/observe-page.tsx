import { Page } from '../ui/page'

export function ObservePage() {
  return <Page title="Observe" />
}
