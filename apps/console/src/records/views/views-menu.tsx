import type { SavedView } from '@holdfast/contract'
import { Button, Menu, Text } from '@mantine/core'
import {
  IconBookmark,
  IconCheck,
  IconDeviceFloppy,
  IconPlus,
  IconSettings,
  IconStar,
  IconUsers,
} from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../client/client'
import { notify, notifyError } from '../../ui/notify'
import type { GridSearch } from '../grid/grid-search'
import { defaultView, everything, isChanged, lookOf, searchOf, viewsQuery } from './saved-views'
import { ViewDialog } from './view-dialog'

interface ViewsMenuProps {
  readonly collection: string
  readonly search: GridSearch
  readonly widths: { readonly [field: string]: number }
  /** Shows this, and the columns as wide as this. */
  onChoose(search: GridSearch, widths: { readonly [field: string]: number }): void
}

/** Views that were saved, and saving what is shown. */
export function ViewsMenu({ collection, search, widths, onChoose }: ViewsMenuProps) {
  const { data: views = [] } = useQuery(viewsQuery(collection))
  const cache = useQueryClient()
  const [dialog, setDialog] = useState<'new' | 'edit'>()
  const current = views.find(({ id }) => id === search.view)
  const changed = current !== undefined && isChanged(current, search)
  const save = useMutation({
    mutationFn: (view: SavedView) => client.admin.views.update(view.id, lookOf(search, widths)),
    onSuccess: async ({ name }) => {
      await cache.invalidateQueries({ queryKey: ['views', collection] })
      notify(`Saved ${name}`)
    },
    onError: notifyError,
  })
  const showAll = () => onChoose(defaultView(views) ? { view: everything } : {}, {})
  return (
    <>
      <Menu position="bottom-start" width={250}>
        <Menu.Target>
          <Button variant="default" size="xs" leftSection={<IconBookmark size={14} />} maw={220}>
            {current ? `${current.name}${changed ? ' (changed)' : ''}` : 'Views'}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<Chosen is={!current} />} onClick={showAll}>
            All records
          </Menu.Item>
          {views.map((view) => (
            <Menu.Item
              key={view.id}
              leftSection={<Chosen is={view.id === current?.id} />}
              rightSection={<Marks view={view} />}
              onClick={() => onChoose(searchOf(view), view.widths)}
            >
              <Text size="sm" truncate>
                {view.name}
              </Text>
            </Menu.Item>
          ))}
          <Menu.Divider />
          {current && changed && (
            <Menu.Item leftSection={<IconDeviceFloppy size={14} />} onClick={() => save.mutate(current)}>
              Save changes to this view
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconPlus size={14} />} onClick={() => setDialog('new')}>
            Save as a view
          </Menu.Item>
          {current && (
            <Menu.Item leftSection={<IconSettings size={14} />} onClick={() => setDialog('edit')}>
              Rename, share, delete
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {dialog && (
        <ViewDialog
          collection={collection}
          view={dialog === 'edit' ? current : undefined}
          look={lookOf(search, widths)}
          onClose={() => setDialog(undefined)}
          onSaved={(view) => dialog === 'new' && onChoose(searchOf(view), view.widths)}
          onDeleted={showAll}
        />
      )}
    </>
  )
}

const Chosen = ({ is }: { readonly is: boolean }) =>
  is ? <IconCheck size={14} aria-label="Shown" /> : <span style={{ width: 14 }} />

const Marks = ({ view }: { readonly view: SavedView }) => (
  <span style={{ display: 'flex', gap: 4 }}>
    {view.isDefault && <IconStar size={13} aria-label="Default" />}
    {view.shared && <IconUsers size={13} aria-label="Shared" />}
  </span>
)
