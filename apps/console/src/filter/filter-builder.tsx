import type { ConditionJson, FieldDefinition } from '@holdfast/contract'
import { SegmentedControl, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { collectionsQuery } from '../client/collections'
import { JsonEditor } from '../ui/json-editor'
import { FilterGroup } from './filter-group'
import { newRule, toFilterJson, toFilterTree } from './filter-tree'
import { parseFilterText } from './parse-filter-text'
import { Variables } from './variables'

export interface FilterBuilderProps {
  /** What may be compared; paths lead on from its relations. */
  readonly fields: readonly FieldDefinition[]
  readonly value: ConditionJson
  /** Of every change that makes a filter; `{}` is every record. */
  onChange(value: ConditionJson): void
  /** Begins with the list of fields open to be typed in. */
  readonly autoFocus?: boolean
  /** Somebody else shows the JSON. */
  readonly formOnly?: boolean
  /** Values may be variables, as in rules: `$user.id`. */
  readonly variables?: boolean
}

/** Builds a filter of the API from fields, operators and values, or as the JSON it makes. */
export function FilterBuilder(props: FilterBuilderProps) {
  const { fields, value, onChange, autoFocus = false, formOnly = false, variables = false } = props
  const { data: collections = [] } = useQuery(collectionsQuery)
  const [mode, setMode] = useState('form')
  const [tree, setTree] = useState(() => start(value))
  const told = useRef(JSON.stringify(value))
  useEffect(() => {
    if (JSON.stringify(value) === told.current) return
    told.current = JSON.stringify(value)
    setTree(start(value))
  }, [value])
  const tell = (json: ConditionJson) => {
    if (JSON.stringify(json) === told.current) return
    told.current = JSON.stringify(json)
    onChange(json)
  }
  return (
    <Stack gap="sm">
      {!formOnly && (
        <SegmentedControl
          size="xs"
          value={mode}
          onChange={setMode}
          data={[
            { value: 'form', label: 'Conditions' },
            { value: 'json', label: 'JSON' },
          ]}
          aria-label="How to edit the filter"
          style={{ alignSelf: 'flex-start' }}
        />
      )}
      {mode === 'form' ? (
        <Variables value={variables}>
          <FilterGroup
            group={tree}
            fields={fields}
            collections={collections}
            autoFocus={autoFocus}
            onChange={(next) => {
              setTree(next)
              tell(toFilterJson(next))
            }}
          />
        </Variables>
      ) : (
        <FilterJson
          value={value}
          onChange={(json) => {
            setTree(start(json))
            tell(json)
          }}
        />
      )}
    </Stack>
  )
}

/** An empty filter begins with a line to fill in. */
function start(value: ConditionJson) {
  const tree = toFilterTree(value)
  return tree.items.length === 0 ? { ...tree, items: [newRule()] } : tree
}

function FilterJson({ value, onChange }: { readonly value: ConditionJson; onChange(value: ConditionJson): void }) {
  const [text, setText] = useState(() => JSON.stringify(value, null, 2))
  const parsed = parseFilterText(text)
  return (
    <JsonEditor
      label="Filter as JSON"
      description="As in the filter of an API request. All that stands in one object must hold."
      value={text}
      error={parsed.problem}
      minHeight={140}
      onChange={(next) => {
        setText(next)
        const { filter } = parseFilterText(next)
        if (filter) onChange(filter)
      }}
    />
  )
}
