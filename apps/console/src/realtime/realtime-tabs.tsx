import { TabLink, TabLinks } from '../ui/tab-links'

const exact = { exact: true, includeSearch: false } as const

/** What is told as it happens, and where clients tell each other. */
export const RealtimeTabs = () => (
  <TabLinks label="Realtime">
    <TabLink to="/realtime" activeOptions={exact}>
      Changes
    </TabLink>
    <TabLink to="/realtime/channels" activeOptions={exact}>
      Channels
    </TabLink>
  </TabLinks>
)
