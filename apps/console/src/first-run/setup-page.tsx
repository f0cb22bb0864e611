import { CenteredCard } from '../ui/centered-card'

export function SetupPage() {
  return <CenteredCard title="Create the first admin" />
}
