import { Button, Drawer } from '@mantine/core'
import { IconTestPipe } from '@tabler/icons-react'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../client/client'
import { QueryState } from '../../ui/query-state'
import { TestReport } from './test-report'

const allTestsQuery = queryOptions({
  queryKey: ['rule tests'],
  queryFn: ({ signal }) => client.admin.permissions.testRules({}, { signal }),
  staleTime: 0,
})

/** Runs the tests of all rules and shows how they come out. */
export function RuleTestsButton() {
  const [opened, setOpened] = useState(false)
  const report = useQuery({ ...allTestsQuery, enabled: opened })
  return (
    <>
      <Button variant="default" leftSection={<IconTestPipe size={16} />} onClick={() => setOpened(true)}>
        Run tests
      </Button>
      <Drawer opened={opened} onClose={() => setOpened(false)} title="Rule tests">
        <QueryState query={report}>{(found) => <TestReport report={found} />}</QueryState>
      </Drawer>
    </>
  )
}
