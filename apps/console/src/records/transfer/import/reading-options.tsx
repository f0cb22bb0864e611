import { Group, Select, Switch, Text } from '@mantine/core'
import type { ReadOptions } from '../file/rows'

const delimiters = [
  { value: ',', label: 'Comma' },
  { value: ';', label: 'Semicolon' },
  { value: '\t', label: 'Tab' },
  { value: '|', label: 'Bar' },
]

interface ReadingOptionsProps {
  readonly options: ReadOptions
  /** What was found where nothing was chosen. */
  readonly delimiter: string | undefined
  onChange(options: ReadOptions): void
}

/** How the file is read; of CSV that has to be guessed. */
export function ReadingOptions({ options, delimiter, onChange }: ReadingOptionsProps) {
  const { format, hasHeader } = options
  return (
    <Group gap="lg" align="flex-end">
      <Select
        label="Format"
        w={130}
        size="sm"
        allowDeselect={false}
        value={format}
        data={[
          { value: 'csv', label: 'CSV' },
          { value: 'ndjson', label: 'JSON per line' },
          { value: 'json', label: 'JSON array' },
        ]}
        onChange={(value) => onChange({ ...options, format: (value ?? 'csv') as ReadOptions['format'] })}
      />
      {format === 'csv' && (
        <>
          <Select
            label="Between cells"
            w={130}
            size="sm"
            allowDeselect={false}
            value={options.delimiter || delimiter || ','}
            data={delimiters}
            onChange={(value) => onChange({ ...options, delimiter: value ?? '' })}
          />
          <Switch
            mb={7}
            checked={hasHeader}
            onChange={(event) => onChange({ ...options, hasHeader: event.currentTarget.checked })}
            label="The first row names the columns"
          />
        </>
      )}
      {format === 'json' && (
        <Text size="sm" c="var(--hf-muted)" mb={7} maw={320}>
          An array is read as a whole. For files beyond 100 MB use JSON per line.
        </Text>
      )}
    </Group>
  )
}
