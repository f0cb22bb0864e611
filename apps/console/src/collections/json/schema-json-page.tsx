import type { CollectionDefinition, SchemaPlanRequest } from '@holdfast/contract'
import { Button, Checkbox, FileButton, Group, Stack, Text } from '@mantine/core'
import { IconDownload, IconUpload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { collectionsQuery } from '../../client/collections'
import { JsonEditor } from '../../ui/json-editor'
import { notify } from '../../ui/notify'
import { Page } from '../../ui/page'
import { QueryState } from '../../ui/query-state'
import { PlanDialog } from '../change/plan-dialog'
import { downloadJson } from './download-json'
import { readSchema } from './read-schema'

/** The whole schema as one JSON file: to read, to keep in version control, to bring to another server. */
export function SchemaJsonPage() {
  const collections = useQuery(collectionsQuery)
  return (
    <Page
      title="Schema as JSON"
      description="Every collection with its fields, indexes and rules. Edit it, or open a file of another server; nothing changes before you have seen the plan."
    >
      <QueryState query={collections}>{(all) => <SchemaJson all={all} />}</QueryState>
    </Page>
  )
}

function SchemaJson({ all }: { readonly all: readonly CollectionDefinition[] }) {
  const [edited, setEdited] = useState<string>()
  const [problem, setProblem] = useState<string>()
  const [dropsOthers, setDropsOthers] = useState(false)
  const [planned, setPlanned] = useState<SchemaPlanRequest>()
  const text = edited ?? JSON.stringify({ collections: all }, null, 2)
  const review = () => {
    const schema = readSchema(text)
    setProblem(typeof schema === 'string' ? schema : undefined)
    if (typeof schema !== 'string')
      setPlanned(dropsOthers ? { collections: schema, drop: missing(schema, all) } : { collections: schema })
  }
  const open = async (file: File | null) => {
    if (!file) return
    const content = await file.text()
    const schema = readSchema(content)
    setProblem(typeof schema === 'string' ? `${file.name}: ${schema}` : undefined)
    if (typeof schema !== 'string') setEdited(content)
  }
  return (
    <Stack gap="md">
      <Group gap="xs">
        <FileButton onChange={(file) => void open(file)} accept=".json,application/json">
          {(props) => (
            <Button variant="default" leftSection={<IconUpload size={16} />} {...props}>
              Open a file
            </Button>
          )}
        </FileButton>
        <Button
          variant="default"
          leftSection={<IconDownload size={16} />}
          onClick={() => downloadJson('holdfast-schema.json', { collections: all })}
        >
          Download
        </Button>
      </Group>
      <JsonEditor
        label="Schema"
        value={text}
        onChange={(next) => {
          setEdited(next)
          setProblem(undefined)
        }}
        error={problem}
        minHeight={380}
        maxHeight={620}
      />
      <Group justify="space-between">
        <Checkbox
          label="Delete collections that are not in it"
          description="Otherwise they stay as they are."
          checked={dropsOthers}
          onChange={(event) => setDropsOthers(event.currentTarget.checked)}
        />
        <Group gap="xs">
          {edited !== undefined && (
            <Button
              variant="default"
              onClick={() => {
                setEdited(undefined)
                setProblem(undefined)
              }}
            >
              Discard
            </Button>
          )}
          <Button onClick={review}>Review changes</Button>
        </Group>
      </Group>
      <Text size="sm" c="var(--hf-muted)">
        Collections and fields are known by their ids, else by their names: one that comes with a known id and another
        name is renamed and keeps its data.
      </Text>
      {planned && (
        <PlanDialog
          change={planned}
          title="Change the schema"
          typed="delete data"
          onClose={() => setPlanned(undefined)}
          onApplied={() => {
            setPlanned(undefined)
            setEdited(undefined)
            notify('The schema is changed')
          }}
        />
      )}
    </Stack>
  )
}

/** Collections of the server that a schema leaves out; `users` cannot be dropped. */
function missing(schema: readonly CollectionDefinition[], all: readonly CollectionDefinition[]): string[] {
  const ids = new Set(schema.map(({ id }) => id))
  const names = new Set(schema.map(({ name }) => name))
  return all.filter(({ id, name }) => name !== 'users' && !ids.has(id) && !names.has(name)).map(({ name }) => name)
}
