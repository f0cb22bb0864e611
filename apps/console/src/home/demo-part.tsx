import { Button, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { collectionsQuery } from '../client/collections'
import { isOfDemo } from '../first-run/demo/demo-collections'
import { useRemoveDemo } from '../first-run/demo/use-demo'
import { Confirm } from '../ui/confirm'
import classes from './start/start.module.css'

/** Where the demo is loaded: how to be rid of it. */
export function DemoPart() {
  const { data = [] } = useQuery(collectionsQuery)
  const remove = useRemoveDemo()
  const [asks, setAsks] = useState(false)
  const names = data.filter(isOfDemo).map(({ name }) => name)
  if (names.length === 0) return null
  return (
    <section aria-label="Demo" className={classes.panel}>
      <Group justify="space-between" gap="sm">
        <Text>
          {names.join(' and ')} {names.length === 1 ? 'is' : 'are'} demo data. Remove{' '}
          {names.length === 1 ? 'it' : 'them'} before you go live.
        </Text>
        <Button variant="default" size="xs" onClick={() => setAsks(true)}>
          Remove the demo
        </Button>
      </Group>
      <Confirm
        opened={asks}
        title="Remove the demo?"
        label="Remove"
        danger
        onConfirm={() => remove.mutateAsync()}
        onClose={() => setAsks(false)}
      >
        {`The collections ${names.join(' and ')} are dropped with all their records, yours in them too. This cannot be undone.`}
      </Confirm>
    </section>
  )
}
