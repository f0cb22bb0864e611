import type { JobState } from '@holdfast/contract'
import { Badge } from '@mantine/core'

const colors: Readonly<Record<JobState, string>> = {
  waiting: 'blue',
  running: 'indigo',
  retrying: 'orange',
  completed: 'teal',
  failed: 'red',
  cancelled: 'gray',
}

export const JobBadge = ({ state }: { readonly state: JobState }) => <Badge color={colors[state]}>{state}</Badge>
