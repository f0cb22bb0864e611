import { Checkbox, Fieldset, SimpleGrid, Stack } from '@mantine/core'

interface CollectionChoiceProps {
  readonly names: readonly string[]
  readonly chosen: ReadonlySet<string>
  readonly disabled: boolean
  onChange(chosen: ReadonlySet<string>): void
}

/** Which collections of a backup. */
export function CollectionChoice({ names, chosen, disabled, onChange }: CollectionChoiceProps) {
  const isAll = chosen.size === names.length
  const turn = (name: string) => {
    const next = new Set(chosen)
    if (!next.delete(name)) next.add(name)
    onChange(next)
  }
  return (
    <Fieldset legend="Collections" disabled={disabled}>
      <Stack gap="sm">
        <Checkbox
          label={`All ${names.length} of the backup`}
          checked={isAll}
          indeterminate={!isAll && chosen.size > 0}
          onChange={() => onChange(new Set(isAll ? [] : names))}
        />
        <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="sm" verticalSpacing="sm" pl={28}>
          {names.map((name) => (
            <Checkbox
              key={name}
              label={name}
              checked={chosen.has(name)}
              onChange={() => turn(name)}
              styles={{ labelWrapper: { minWidth: 0 }, label: { overflowWrap: 'anywhere' } }}
            />
          ))}
        </SimpleGrid>
      </Stack>
    </Fieldset>
  )
}
