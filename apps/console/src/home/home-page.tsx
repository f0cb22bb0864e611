import { Stack } from '@mantine/core'
import { Page } from '../ui/page'
import { CollectionsPart } from './collections-part'
import { DemoPart } from './demo-part'
import { HealthPart } from './health-part'
import classes from './home.module.css'
import { RecentPart } from './recent-part'
import { StartPart } from './start/start-part'

/** What an admin wants first. Each part asks for itself, so that none waits for another. */
export const HomePage = () => (
  <Page title="Home">
    <Stack gap="xl">
      <StartPart />
      <DemoPart />
      <div className={classes.columns}>
        <CollectionsPart />
        <Stack gap="xl">
          <HealthPart />
          <RecentPart />
        </Stack>
      </div>
    </Stack>
  </Page>
)
