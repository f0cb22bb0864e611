import type { KeptFor } from '@holdfast/contract'
import { Group, NumberInput, Select, Stack } from '@mantine/core'

type Kept = boolean | KeptFor | undefined

interface KeptInputProps {
  readonly label: string
  readonly says: string
  /** What `true` stands for. */
  readonly always: string
  readonly value: Kept
  onChange(value: Kept): void
  readonly error: string | undefined
}

/** Off, on, or for so many days. */
export function KeptInput({ label, says, always, value, onChange, error }: KeptInputProps) {
  const days = typeof value === 'object' ? value.days : undefined
  return (
    <Stack gap="xs">
      <Group align="end" gap="xs" wrap="nowrap">
        <Select
          label={label}
          description={says}
          data={[
            { value: 'off', label: 'Off' },
            { value: 'on', label: `On, ${always}` },
            { value: 'days', label: 'On, for so many days' },
          ]}
          value={days !== undefined ? 'days' : value ? 'on' : 'off'}
          onChange={(next) => onChange(next === 'days' ? { days: 90 } : next === 'on' ? true : undefined)}
          error={error}
          allowDeselect={false}
          style={{ flex: 1 }}
        />
        {days !== undefined && (
          <NumberInput
            aria-label={`${label}: days`}
            value={days}
            onChange={(next) => typeof next === 'number' && onChange({ days: next })}
            min={1}
            max={36_500}
            allowDecimal={false}
            suffix=" days"
            w={110}
          />
        )}
      </Group>
    </Stack>
  )
}
