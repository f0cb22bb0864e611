import { Tabs } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'

/** Between jobs and what begins them by the clock. */
export function JobTabs({ value }: { readonly value: 'jobs' | 'schedules' }) {
  const navigate = useNavigate()
  return (
    <Tabs
      value={value}
      mb="md"
      onChange={(tab) => void navigate({ to: tab === 'schedules' ? '/jobs/schedules' : '/jobs' })}
    >
      <Tabs.List>
        <Tabs.Tab value="jobs">Jobs</Tabs.Tab>
        <Tabs.Tab value="schedules">Schedules</Tabs.Tab>
      </Tabs.List>
    </Tabs>
  )
}
