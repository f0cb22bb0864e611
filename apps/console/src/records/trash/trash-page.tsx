import { Button } from '@mantine/core'
import { IconTrashOff } from '@tabler/icons-react'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useReadOnlyReason } from '../../client/view-as'
import { EmptyState } from '../../ui/empty-state'
import { ButtonLink } from '../../ui/links'
import { Page } from '../../ui/page'
import { useCollection } from '../record/record-queries'
import { EmptyTrash } from './purge-dialogs'
import { TrashList } from './trash-list'

/** Deleted records of a collection, as long as it keeps them. */
export function TrashPage() {
  const { collection: name } = useParams({ from: '/shell/data/$collection/trash' })
  const collection = useCollection(name)
  const [isEmptying, setEmptying] = useState(false)
  const readOnly = useReadOnlyReason()
  if (!collection) return null
  const days = typeof collection.trash === 'object' ? collection.trash.days : 30
  return (
    <Page
      title={`Trash of ${name}`}
      description={collection.trash ? `Deleted records can be restored for ${days} days.` : undefined}
      actions={
        <>
          <ButtonLink to="/data/$collection" params={{ collection: name }} variant="default">
            Back to the records
          </ButtonLink>
          {collection.trash && (
            <Button
              variant="default"
              {...(readOnly === undefined && { c: 'red' })}
              disabled={readOnly !== undefined}
              title={readOnly}
              onClick={() => setEmptying(true)}
            >
              Empty trash
            </Button>
          )}
        </>
      }
    >
      {collection.trash ? (
        <TrashList collection={collection} />
      ) : (
        <EmptyState icon={IconTrashOff} title="This collection keeps no trash">
          What is deleted here is gone. Switch <b>trash</b> on in the collection to be able to bring records back.
        </EmptyState>
      )}
      <EmptyTrash collection={name} opened={isEmptying} onClose={() => setEmptying(false)} />
    </Page>
  )
}
