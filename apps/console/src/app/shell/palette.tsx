import '@mantine/spotlight/styles.layer.css'
import { createSpotlight, Spotlight, type SpotlightActionData } from '@mantine/spotlight'
import { IconCornerDownRight, IconEye, IconSearch, IconTable } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { collectionsQuery } from '../../client/collections'
import { askForView } from '../../permissions/view-as/ask-for-view'
import { morePlaces, places } from './navigation'

const [store, spotlight] = createSpotlight()

/** Type where to go: every place and every collection. */
export default function Palette({ onClose }: { onClose(): void }) {
  const navigate = useNavigate()
  const { data: collections = [] } = useQuery(collectionsQuery)
  useEffect(() => spotlight.open(), [])
  const actions: SpotlightActionData[] = [
    ...places.map(({ to, label, icon: Icon, letter }) => ({
      id: to,
      label,
      description: `g then ${letter}`,
      leftSection: <Icon size={18} stroke={1.6} />,
      onClick: () => void navigate({ to }),
    })),
    ...morePlaces.map(({ to, label, place }) => ({
      id: to,
      label,
      description: place,
      leftSection: <IconCornerDownRight size={18} stroke={1.6} />,
      onClick: () => void navigate({ to }),
    })),
    {
      id: 'view as',
      label: 'View data as…',
      description: 'As a user, a role or an API key sees it',
      leftSection: <IconEye size={18} stroke={1.6} />,
      onClick: () => askForView(),
    },
    ...collections.map(({ name, description }) => ({
      id: `data ${name}`,
      label: name,
      description: description ?? 'Records',
      leftSection: <IconTable size={18} stroke={1.6} />,
      onClick: () => void navigate({ to: '/data/$collection', params: { collection: name } }),
    })),
  ]
  return (
    <Spotlight
      store={store}
      actions={actions}
      onSpotlightClose={onClose}
      nothingFound="Nothing is called so"
      highlightQuery
      scrollable
      shortcut={null}
      searchProps={{
        leftSection: <IconSearch size={18} />,
        placeholder: 'Go to a page or a collection',
        'aria-label': 'Go to a page or a collection',
      }}
    />
  )
}
