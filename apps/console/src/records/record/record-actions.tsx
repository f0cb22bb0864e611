import type { CollectionDefinition } from '@holdfast/contract'
import { ActionIcon, Menu, Text } from '@mantine/core'
import { IconCopy, IconDots, IconTrash } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useReadOnlyReason } from '../../client/view-as'
import { Confirm } from '../../ui/confirm'
import { notify } from '../../ui/notify'
import { parseGridSearch } from '../grid/grid-search'
import { useCloseDrawer } from './record-drawer'
import { useRecordWrites } from './record-queries'
import type { StoredRecord } from './record-values'

interface RecordActionsProps {
  readonly collection: CollectionDefinition
  readonly record: StoredRecord
}

/** What can be done with a record as a whole. */
export function RecordActions({ collection, record }: RecordActionsProps) {
  const [isDeleting, setDeleting] = useState(false)
  const { delete: remove } = useRecordWrites(collection.name)
  const readOnly = useReadOnlyReason()
  const close = useCloseDrawer(collection.name)
  const navigate = useNavigate()
  const copy = async (what: string, text: string) => {
    await navigator.clipboard.writeText(text)
    notify(`${what} copied`)
  }
  const duplicate = () =>
    void navigate({
      to: '/data/$collection/new',
      params: { collection: collection.name },
      search: (old) => ({ ...parseGridSearch(old), copyOf: record.id }),
    })
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label="More actions">
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={duplicate} disabled={readOnly !== undefined} title={readOnly}>
            Duplicate
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<IconCopy size={14} />} onClick={() => copy('Id', record.id)}>
            Copy id
          </Menu.Item>
          <Menu.Item leftSection={<IconCopy size={14} />} onClick={() => copy('JSON', JSON.stringify(record, null, 2))}>
            Copy as JSON
          </Menu.Item>
          <Menu.Item
            leftSection={<IconCopy size={14} />}
            onClick={() => copy('Command', curlOf(collection.name, record.id))}
          >
            Copy as curl
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            color="red"
            disabled={readOnly !== undefined}
            title={readOnly}
            leftSection={<IconTrash size={14} />}
            onClick={() => setDeleting(true)}
          >
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Confirm
        opened={isDeleting}
        title="Delete this record?"
        label={collection.trash ? 'Move to trash' : 'Delete for good'}
        danger
        onConfirm={async () => {
          await remove(record.id, record.version)
          notify(collection.trash ? 'Moved to the trash' : 'Deleted')
          close()
        }}
        onClose={() => setDeleting(false)}
      >
        <Text>
          {collection.trash
            ? 'It goes to the trash with what is deleted with it, and can be restored from there.'
            : 'This collection keeps no trash: the record cannot be brought back.'}
        </Text>
      </Confirm>
    </>
  )
}

/** With the token of whoever runs it, which is never a part of what is copied. */
const curlOf = (collection: string, id: string): string =>
  `curl -H "Authorization: Bearer $TOKEN" '${location.origin}/api/v1/collections/${collection}/records/${id}'`
