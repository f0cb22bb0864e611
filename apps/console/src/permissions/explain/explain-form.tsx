import { actions, type CollectionDefinition } from '@holdfast/contract'
import { viewAsText } from '@holdfast/sdk/admin'
import { Fieldset, SegmentedControl, Select, Stack } from '@mantine/core'
import { useEffect, useState } from 'react'
import { fieldsOf } from '../../client/record-fields'
import { toTarget } from '../../client/view-as'
import { completeConditions } from '../../conditions/complete'
import { JsonEditor } from '../../ui/json-editor'
import { WhoPicker } from '../who/who-picker'
import type { ExplainSearch } from './explain-search'
import { RecordPicker } from './record-picker'

interface ExplainFormProps {
  readonly search: ExplainSearch
  readonly collections: readonly CollectionDefinition[]
  onChange(changes: { [key in keyof ExplainSearch]: ExplainSearch[key] | undefined }): void
}

const names = { read: 'Read', create: 'Create', update: 'Update', delete: 'Delete' } as const

/** Who, what, and which record. */
export function ExplainForm({ search, collections, onChange }: ExplainFormProps) {
  const { action = 'read' } = search
  const collection = collections.find(({ name }) => name === search.collection)
  return (
    <Stack gap="md">
      <Fieldset legend="Who" variant="unstyled">
        <WhoPicker
          value={toTarget(search.as)}
          oneRole
          onChange={(target) => onChange({ as: target && viewAsText(target) })}
        />
      </Fieldset>
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label="Action"
        data={actions.map((value) => ({ value, label: names[value] }))}
        value={action}
        onChange={(value) => onChange({ action: value as typeof action })}
      />
      <Select
        label="Collection"
        placeholder="Name of a collection"
        searchable
        data={collections.map(({ name }) => name)}
        value={search.collection ?? null}
        onChange={(name) =>
          onChange({ collection: name ?? undefined, id: undefined, data: undefined, field: undefined })
        }
      />
      {collection && action !== 'create' && (
        <RecordPicker
          key={collection.name}
          collection={collection}
          id={search.id}
          onChange={(id) => onChange({ id })}
        />
      )}
      {collection && (action === 'create' || action === 'update') && (
        <Draft
          key={`${collection.name} ${action}`}
          label={action === 'create' ? 'Record to create' : 'Changes'}
          collection={collection}
          collections={collections}
          value={search.data}
          onChange={(data) => onChange({ data })}
        />
      )}
    </Stack>
  )
}

interface DraftProps {
  readonly label: string
  readonly collection: CollectionDefinition
  readonly collections: readonly CollectionDefinition[]
  readonly value: string | undefined
  onChange(value: string | undefined): void
}

/** The link follows what is typed a little later, so that typing stays quick. */
function Draft({ label, collection, collections, value, onChange }: DraftProps) {
  const [text, setText] = useState(value ?? '{}')
  // biome-ignore lint/correctness/useExhaustiveDependencies: it follows the text alone
  useEffect(() => {
    const timer = setTimeout(() => onChange(text === '{}' ? undefined : text), 400)
    return () => clearTimeout(timer)
  }, [text])
  return (
    <JsonEditor
      label={label}
      value={text}
      onChange={setText}
      minHeight={100}
      complete={completeConditions({ fields: fieldsOf(collection), collections, root: 'values' })}
    />
  )
}
