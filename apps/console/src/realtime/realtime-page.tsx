import { Page } from '../ui/page'

export function RealtimePage() {
  return <Page title="Realtime" />
}
