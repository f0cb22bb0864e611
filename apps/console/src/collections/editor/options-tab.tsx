import { type CollectionDefinition, searchLanguages } from '@holdfast/contract'
import { Checkbox, Select, SimpleGrid, Stack, Textarea, TextInput, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { changeOptions } from '../draft/change-draft'
import { liveFields } from '../draft/draft'
import type { Editing } from './editing'
import { KeptInput } from './kept-input'
import { PersonalDataInputs } from './personal-data-inputs'

/** What holds for a whole collection. */
export function OptionsTab({ draft, change, problems, all, base }: Editing) {
  const { options } = draft
  const set = (patch: Partial<CollectionDefinition>) => {
    problems.forget(undefined)
    change(changeOptions(draft, patch))
  }
  const problemOf = (key: string) => problems.of(undefined, key)
  const isUsers = base.name === 'users'
  const level = options.changeLog ?? 'full'
  const tenants = liveFields(draft).filter(({ field: { type, collection, many } }) => {
    const teams = all.find(({ members }) => members)?.name
    return type === 'uuid' || (type === 'relation' && !many && teams !== undefined && collection === teams)
  })
  return (
    <Stack gap="xl" maw={760}>
      <Section title="About">
        <TextInput
          label="Name"
          description={
            isUsers
              ? 'Built in: it keeps its name.'
              : 'Renaming keeps the records. Apps that use the old name have to follow.'
          }
          value={options.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          error={problemOf('name')}
          disabled={isUsers}
          maw={420}
          autoComplete="off"
          spellCheck={false}
          data-1p-ignore
        />
        <Textarea
          label="Description"
          description="For whoever reads the API and this console."
          value={options.description ?? ''}
          onChange={(event) => set({ description: event.currentTarget.value || undefined })}
          error={problemOf('description')}
          autosize
          minRows={1}
          maxRows={6}
        />
        <Select
          label="Language of its texts"
          description="So that a search for running finds run."
          data={languages}
          value={options.language ?? 'simple'}
          onChange={(value) => set({ language: searchLanguages.find((one) => one === value && one !== 'simple') })}
          error={problemOf('language')}
          allowDeselect={false}
          searchable
          maw={420}
        />
      </Section>
      <Section title="What is kept of changes">
        <Select
          label="Change log"
          description="Realtime, webhooks, history and trash need the records in full."
          data={[
            { value: 'full', label: 'Records before and after: realtime and webhooks work' },
            { value: 'keys', label: 'Only which record changed' },
            { value: 'off', label: 'Nothing, for the cheapest writes' },
          ]}
          value={level}
          onChange={(value) => set({ changeLog: value === 'keys' || value === 'off' ? value : undefined })}
          error={problemOf('changeLog')}
          allowDeselect={false}
        />
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xl">
          <KeptInput
            label="History"
            says="Every version of a record, to compare and to restore."
            always="for ever"
            value={options.history}
            onChange={(history) => set({ history })}
            error={problemOf('history')}
          />
          <KeptInput
            label="Trash"
            says="Deleted records come back, with what went with them."
            always="for 30 days"
            value={options.trash}
            onChange={(trash) => set({ trash })}
            error={problemOf('trash')}
          />
        </SimpleGrid>
      </Section>
      {!isUsers && (
        <Section title="Teams">
          <Checkbox
            label="Its records are teams"
            description="Users are members of them, with roles. One collection can have this."
            checked={options.members ?? false}
            onChange={(event) => set({ members: event.currentTarget.checked || undefined })}
            error={problemOf('members')}
          />
          <Select
            label="Belongs to the team in"
            description="A relation to the teams, or a uuid: callers see the records of the team they have switched to, and no others."
            placeholder="Belongs to no team"
            data={tenants.map(({ field }) => field.name)}
            value={options.tenant ?? null}
            onChange={(tenant) => set({ tenant: tenant ?? undefined })}
            error={problemOf('tenant')}
            nothingFoundMessage="There is no field that leads to a team"
            clearable
            maw={420}
          />
        </Section>
      )}
      {!isUsers && (
        <Section title="Personal data">
          <PersonalDataInputs
            draft={draft}
            onChange={(personalData) => set({ personalData })}
            error={problemOf('personalData')}
          />
        </Section>
      )}
    </Stack>
  )
}

const Section = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <Stack gap="md" component="section" aria-label={title}>
    <Title order={2}>{title}</Title>
    {children}
  </Stack>
)

const languages = searchLanguages.map((value) => ({
  value,
  label: value === 'simple' ? 'Any: words as they are' : value.charAt(0).toUpperCase() + value.slice(1),
}))
