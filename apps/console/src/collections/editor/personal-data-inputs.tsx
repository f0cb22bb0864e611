import { erasures, type PersonalData } from '@holdfast/contract'
import { MultiSelect, Select, SimpleGrid } from '@mantine/core'
import { type Draft, liveFields } from '../draft/draft'

interface PersonalDataInputsProps {
  readonly draft: Draft
  onChange(value: PersonalData | undefined): void
  readonly error: string | undefined
}

/** Whom records are about, and what becomes of them when that user is erased. */
export function PersonalDataInputs({ draft, onChange, error }: PersonalDataInputsProps) {
  const { personalData } = draft.options
  const fields = liveFields(draft).map(({ field }) => field)
  const links = fields.filter(({ type, collection, many }) => type === 'relation' && !many && collection === 'users')
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md" style={{ alignItems: 'end' }}>
      <Select
        label="Who a record is about"
        description="A relation to users, or whoever created it. It is then in the export of that user's data."
        placeholder="Nobody in particular"
        data={['createdBy', ...links.map(({ name }) => name)]}
        value={personalData?.field ?? null}
        onChange={(field) => onChange(field ? { onDelete: 'delete', ...personalData, field } : undefined)}
        error={error}
        clearable
      />
      {personalData && (
        <Select
          label="When that user is erased"
          data={[
            { value: 'delete', label: 'The record is deleted' },
            { value: 'anonymise', label: 'It stays, without the user' },
            { value: 'keep', label: 'It stays as it is' },
          ]}
          value={personalData.onDelete}
          onChange={(next) => {
            const onDelete = erasures.find((one) => one === next)
            const { clear, field } = personalData
            if (onDelete) onChange({ field, onDelete, ...(onDelete === 'anonymise' && clear && { clear }) })
          }}
          allowDeselect={false}
        />
      )}
      {personalData?.onDelete === 'anonymise' && (
        <MultiSelect
          label="What is emptied with it"
          data={fields
            .filter(({ name, required, type }) => name && !required && type !== 'computed')
            .map(({ name }) => name)}
          value={personalData.clear ?? []}
          onChange={(clear) => onChange({ ...personalData, clear: clear.length > 0 ? clear : undefined })}
        />
      )}
    </SimpleGrid>
  )
}
