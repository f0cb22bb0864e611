import type { CollectionDefinition } from '@holdfast/contract'
import { Button, Group, Stack } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useState } from 'react'
import { JsonEditor } from '../../ui/json-editor'
import { markMissing, toDraft } from '../draft/draft'
import { fieldTypeInfo } from '../fields/field-types'
import { downloadJson } from '../json/download-json'
import type { Editing } from './editing'

/** The draft as JSON. What is changed here is the same draft; a field keeps its data as long as it keeps its id. */
export function DefinitionTab({ definition, change, base }: Editing & { readonly definition: CollectionDefinition }) {
  const [text, setText] = useState(() => JSON.stringify(definition, null, 2))
  const [problem, setProblem] = useState<string>()
  const edit = (next: string) => {
    setText(next)
    try {
      change(markMissing(toDraft(readDefinition(next)), base))
      setProblem(undefined)
    } catch (error) {
      setProblem((error as Error).message)
    }
  }
  return (
    <Stack gap="sm">
      <JsonEditor
        label="Definition"
        description="The same draft as in the other tabs, rules included. A field that keeps its id keeps its data, whatever its name."
        value={text}
        onChange={edit}
        error={problem}
        minHeight={360}
        maxHeight={640}
      />
      <Group>
        <Button
          variant="default"
          leftSection={<IconDownload size={16} />}
          onClick={() => downloadJson(`${definition.name || 'collection'}.json`, definition)}
        >
          Download
        </Button>
      </Group>
    </Stack>
  )
}

/** What the editor needs to show it at all; the rest the server checks. */
function readDefinition(text: string): CollectionDefinition {
  const value = JSON.parse(text) as Partial<CollectionDefinition> | null
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('A definition is an object: { … }')
  if (typeof value.name !== 'string') throw new Error('name is missing')
  const isSound =
    Array.isArray(value.fields) &&
    value.fields.every((field) => typeof field?.name === 'string' && field.type in fieldTypeInfo)
  if (!isSound) throw new Error('fields must be a list of fields, each with a name and a type there is')
  if (
    value.indexes !== undefined &&
    !(Array.isArray(value.indexes) && value.indexes.every((index) => Array.isArray(index?.fields)))
  )
    throw new Error('indexes must be a list, each with fields')
  return value as CollectionDefinition
}
