import { TabLink, TabLinks } from '../ui/tab-links'

const exact = { exact: true, includeSearch: false } as const

/** Between jobs and what begins them by the clock. */
export const JobTabs = () => (
  <TabLinks label="Jobs">
    <TabLink to="/jobs" activeOptions={exact}>
      Jobs
    </TabLink>
    <TabLink to="/jobs/schedules" activeOptions={exact}>
      Schedules
    </TabLink>
  </TabLinks>
)
