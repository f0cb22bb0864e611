import { Box } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { ButtonLink } from '../../ui/links'
import { PagePending } from '../../ui/page-pending'
import { Problem } from '../../ui/problem'
import { DrawerHead } from './drawer-head'
import { OpenRecord } from './open-record'
import { RecordDrawer, useCloseDrawer } from './record-drawer'
import { useCollection, useRecord } from './record-queries'

/** One record, over the grid it is in. */
export function RecordPage() {
  const { collection: name, id } = useParams({ from: '/shell/data/$collection/$id' })
  const collection = useCollection(name)
  const record = useRecord(name, id)
  const close = useCloseDrawer(name)
  if (!collection) return null
  return (
    <RecordDrawer collection={name} label={`Record of ${name}`}>
      {record.data ? (
        <OpenRecord key={id} collection={collection} record={record.data} />
      ) : (
        <>
          <DrawerHead onClose={close}>{name}</DrawerHead>
          <Box p="md">
            {record.isError ? (
              <Problem
                error={record.error}
                onRetry={() => void record.refetch()}
                actions={
                  collection.trash && (
                    <ButtonLink to="/data/$collection/trash" params={{ collection: name }} size="xs" variant="default">
                      Look in the trash
                    </ButtonLink>
                  )
                }
              />
            ) : (
              <PagePending />
            )}
          </Box>
        </>
      )}
    </RecordDrawer>
  )
}
