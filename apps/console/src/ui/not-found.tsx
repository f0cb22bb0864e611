import { Text } from '@mantine/core'
import { AnchorLink } from './links'
import { Page } from './page'

export const NotFound = () => (
  <Page title="There is nothing here">
    <Text>
      The page may have moved. <AnchorLink to="/">Go home</AnchorLink>
    </Text>
  </Page>
)
