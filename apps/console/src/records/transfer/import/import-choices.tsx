import { Group, Radio, Select, Stack } from '@mantine/core'
import type { ImportSettings } from './mapping'

interface ImportChoicesProps {
  readonly settings: ImportSettings
  /** What records can be found by. */
  readonly keys: readonly string[]
  onChange(settings: ImportSettings): void
}

/** What becomes of records that are there, and of empty cells. */
export const ImportChoices = ({ settings, keys, onChange }: ImportChoicesProps) => (
  <Group gap="xl" align="flex-start">
    <Select
      label="Records that are there already"
      description={
        keys.length === 0 ? 'Needs a column that fills a unique field' : 'Are changed where this is the same'
      }
      w={300}
      value={settings.key ?? ''}
      allowDeselect={false}
      data={[
        { value: '', label: 'Every row is a new record' },
        ...keys.map((key) => ({ value: key, label: `Change those with the same ${key.replaceAll(',', ' and ')}` })),
      ]}
      onChange={(value) => onChange({ ...settings, key: value || undefined })}
    />
    <Radio.Group
      label="An empty cell"
      value={settings.empty}
      onChange={(value) => onChange({ ...settings, empty: value as ImportSettings['empty'] })}
    >
      <Stack gap={6} mt={8}>
        <Radio value="null" label="Empties the field" />
        <Radio value="keep" label="Says nothing: the field keeps its value, or gets its default" />
      </Stack>
    </Radio.Group>
  </Group>
)
