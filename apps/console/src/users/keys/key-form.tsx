import { type ApiKeyKind, actions } from '@holdfast/contract'
import {
  Checkbox,
  Group,
  MultiSelect,
  SegmentedControl,
  Select,
  Stack,
  TagsInput,
  Text,
  TextInput,
} from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { collectionsQuery } from '../../client/collections'
import { RolesInput } from '../parts/roles-input'
import { ServiceAccountInput } from '../parts/service-account-input'
import type { KeyDraft } from './key-draft'

interface KeyFormProps {
  readonly draft: KeyDraft
  /** What is decided once, when a key is made, is left out. */
  readonly isNew?: boolean
  onChange(draft: KeyDraft): void
}

/** Who a key is and what it is limited to. */
export function KeyForm({ draft, isNew = false, onChange }: KeyFormProps) {
  const collections = useQuery(collectionsQuery).data ?? []
  const set = (change: Partial<KeyDraft>) => onChange({ ...draft, ...change })
  return (
    <Stack gap="md" maw={520}>
      <TextInput
        label="Name"
        description="What uses it, so that you know it again."
        placeholder="Nightly import"
        value={draft.name}
        onChange={({ currentTarget }) => set({ name: currentTarget.value })}
        maxLength={200}
        required
        autoFocus={isNew}
      />
      {isNew && <KindInput draft={draft} onChange={set} />}
      {draft.holder === 'nobody' ? (
        <RolesInput
          value={draft.roles}
          onChange={(roles) => set({ roles })}
          description="Rules see public and these. Without a role it may do what anybody may."
        />
      ) : (
        isNew && <ServiceAccountInput value={draft.user} onChange={(user) => set({ user })} />
      )}
      <MultiSelect
        label="Collections"
        description="A key that is limited to collections or actions is never an admin."
        placeholder={draft.collections.length === 0 ? 'All that its roles open' : ''}
        data={[...new Set([...collections.map(({ name }) => name), ...draft.collections])]}
        value={draft.collections}
        onChange={(names) => set({ collections: names })}
        searchable
        clearable
      />
      <Checkbox.Group
        label="Actions"
        description="None chosen: all that its roles open."
        value={draft.actions}
        onChange={(chosen) => set({ actions: actions.filter((action) => chosen.includes(action)) })}
      >
        <Group gap="md" mt={6}>
          {actions.map((action) => (
            <Checkbox key={action} value={action} label={action[0]!.toUpperCase() + action.slice(1)} />
          ))}
        </Group>
      </Checkbox.Group>
      <TagsInput
        label="Addresses"
        description="Addresses and networks it may be used from. Enter after each."
        placeholder={draft.addresses.length === 0 ? '203.0.113.0/24' : ''}
        value={draft.addresses}
        onChange={(addresses) => set({ addresses })}
        acceptValueOnBlur
      />
      <TagsInput
        label="Origins"
        description="Web pages it may be used from. Enter after each."
        placeholder={draft.origins.length === 0 ? 'https://app.example.com' : ''}
        value={draft.origins}
        onChange={(origins) => set({ origins })}
        acceptValueOnBlur
      />
      <TextInput
        label="Expires"
        description="At the end of this day, by your clock. Empty: never."
        type="date"
        value={draft.expiresOn}
        onChange={({ currentTarget }) => set({ expiresOn: currentTarget.value })}
        w={200}
      />
    </Stack>
  )
}

interface KindInputProps {
  readonly draft: KeyDraft
  onChange(change: Partial<KeyDraft>): void
}

const KindInput = ({ draft, onChange }: KindInputProps) => (
  <>
    <Stack gap={4}>
      <Text size="sm" fw={500}>
        Kind
      </Text>
      <SegmentedControl
        aria-label="Kind"
        data={[
          { value: 'secret', label: 'Secret' },
          { value: 'publishable', label: 'Publishable' },
        ]}
        value={draft.kind}
        onChange={(kind) => onChange({ kind: kind as ApiKeyKind, ...(kind === 'publishable' && { holder: 'nobody' }) })}
      />
      <Text size="xs" c="var(--hf-muted)">
        {draft.kind === 'secret'
          ? 'For programs on a server. Whoever has it acts by its roles.'
          : 'Names an app, in a web page or on a phone, and may be seen by anyone.'}
      </Text>
    </Stack>
    {draft.kind === 'secret' && (
      <Select
        label="Acts as"
        data={[
          { value: 'nobody', label: 'Nobody, with roles of its own' },
          { value: 'service', label: 'A service account' },
        ]}
        value={draft.holder}
        onChange={(holder) => onChange({ holder: holder === 'service' ? 'service' : 'nobody' })}
        allowDeselect={false}
      />
    )}
  </>
)
