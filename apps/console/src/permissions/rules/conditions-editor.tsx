import type { CollectionDefinition, ConditionJson } from '@holdfast/contract'
import { Group, SegmentedControl, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { completeConditions } from '../../conditions/complete'
import { fieldsBehind } from '../../filter/field-paths'
import { FilterBuilder } from '../../filter/filter-builder'
import { JsonEditor } from '../../ui/json-editor'

interface ConditionsEditorProps {
  readonly text: string
  readonly collection: CollectionDefinition
  readonly collections: readonly CollectionDefinition[]
  readonly error: string | undefined
  onChange(text: string): void
}

/** In which records a rule counts: as JSON with completion, or built from fields and values. */
export function ConditionsEditor({ text, collection, collections, error, onChange }: ConditionsEditorProps) {
  const [mode, setMode] = useState<'json' | 'form'>('json')
  const fields = fieldsBehind(collection.name, collections)
  const value = readConditions(text)
  return (
    <Stack gap={6}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" c="var(--hf-muted)">
          Records it counts for. Empty is every record; <code>$user.id</code> is who asks.
        </Text>
        <SegmentedControl
          size="xs"
          aria-label="How to write conditions"
          value={mode}
          onChange={(next) => setMode(next as typeof mode)}
          data={[
            { value: 'json', label: 'JSON' },
            { value: 'form', label: 'Form', disabled: value === undefined },
          ]}
        />
      </Group>
      {mode === 'form' && value ? (
        <FilterBuilder
          fields={fields}
          value={value}
          formOnly
          variables
          onChange={(next) => onChange(Object.keys(next).length === 0 ? '' : JSON.stringify(next, null, 2))}
        />
      ) : (
        <JsonEditor
          label="Conditions"
          value={text}
          minHeight={90}
          error={error}
          onChange={onChange}
          complete={completeConditions({ fields, collections, variables: true })}
        />
      )}
    </Stack>
  )
}

function readConditions(text: string): ConditionJson | undefined {
  if (text.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as ConditionJson) : undefined
  } catch {
    return undefined
  }
}
