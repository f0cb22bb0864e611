import type { CollectionDefinition } from '@holdfast/contract'
import { ActionIcon, Menu } from '@mantine/core'
import { IconCopy, IconDots, IconDownload, IconTrash } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { notify } from '../../ui/notify'
import { PlanDialog } from '../change/plan-dialog'
import { downloadJson } from '../json/download-json'

/** What is done with a whole collection. */
export function CollectionMenu({ collection }: { readonly collection: CollectionDefinition }) {
  const [isDeleting, setIsDeleting] = useState(false)
  const navigate = useNavigate()
  const { name } = collection
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={34} aria-label="More">
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {name !== 'users' && (
            <Menu.Item
              leftSection={<IconCopy size={16} />}
              onClick={() => void navigate({ to: '/collections/new', search: { from: name } })}
            >
              Duplicate
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconDownload size={16} />} onClick={() => downloadJson(`${name}.json`, collection)}>
            Download definition
          </Menu.Item>
          {name !== 'users' && (
            <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => setIsDeleting(true)}>
              Delete…
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {isDeleting && (
        <PlanDialog
          change={{ drop: [name] }}
          title={`Delete ${name}`}
          verb="Delete"
          typed={name}
          onClose={() => setIsDeleting(false)}
          onApplied={() => {
            notify(`${name} is deleted`)
            void navigate({ to: '/collections' })
          }}
        />
      )}
    </>
  )
}
