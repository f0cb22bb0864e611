import type { CollectionDefinition, FieldTypeName } from '@holdfast/contract'
import { Button, Checkbox, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../../client/client'
import { collectionsQuery } from '../../../client/collections'
import { useReadOnlyReason } from '../../../client/view-as'
import { ReadOnlyNotice } from '../../../permissions/view-as/read-only-notice'
import { DataTable } from '../../../ui/data-table'
import { Page } from '../../../ui/page'
import { Problem } from '../../../ui/problem'
import { QueryState } from '../../../ui/query-state'
import { readBeginning } from '../file/read-file'
import { type Batch, formatOf } from '../file/rows'
import { FileDrop } from './file-drop'
import { fieldNameOf, type GuessedField, guessableTypes, guessFields, isName, toDefinitions } from './guess-fields'
import { ImportFlow } from './import-flow'

/** A collection made from what is in a file, which is then imported. */
export function NewCollectionPage() {
  const [file, setFile] = useState<File>()
  const [collection, setCollection] = useState<CollectionDefinition>()
  const readOnly = useReadOnlyReason('import records')
  return (
    <Page
      title={collection ? `Import into ${collection.name}` : 'New collection from a file'}
      description={collection ? undefined : 'Its columns become fields. Everything can be changed later.'}
    >
      {readOnly ? (
        <ReadOnlyNotice reason={readOnly} />
      ) : collection ? (
        <ImportFlow collection={collection} file={file} />
      ) : file ? (
        <Definition file={file} onOther={() => setFile(undefined)} onCreated={setCollection} />
      ) : (
        <FileDrop onFile={setFile} />
      )}
    </Page>
  )
}

interface DefinitionProps {
  readonly file: File
  onOther(): void
  onCreated(collection: CollectionDefinition): void
}

function Definition({ file, ...props }: DefinitionProps) {
  const beginning = useQuery({
    queryKey: ['new collection file', file.name, file.size, file.lastModified],
    queryFn: () => readBeginning(file, { format: formatOf(file.name), hasHeader: true, delimiter: '' }),
    retry: false,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  })
  return (
    <QueryState query={beginning}>
      {(read) => <Fields read={read} initialName={fieldNameOf(file.name.replace(/\.\w+$/, ''))} {...props} />}
    </QueryState>
  )
}

interface FieldsProps extends Omit<DefinitionProps, 'file'> {
  readonly read: Batch
  readonly initialName: string
}

function Fields({ read, initialName, onOther, onCreated }: FieldsProps) {
  const queries = useQueryClient()
  const [name, setName] = useState(initialName)
  const [fields, setFields] = useState(() => guessFields(read))
  const create = useMutation({
    mutationFn: () => client.admin.collections.create({ name, fields: toDefinitions(fields) }),
    onSuccess: (collection) => {
      void queries.invalidateQueries({ queryKey: collectionsQuery.queryKey })
      onCreated(collection)
    },
  })
  const change = (column: string, to: Partial<GuessedField>) =>
    setFields(fields.map((field) => (field.column === column ? { ...field, ...to } : field)))
  const names = fields.filter(({ included }) => included).map((field) => field.name)
  const isFine = isName(name) && names.length > 0 && names.every(isName) && new Set(names).size === names.length
  return (
    <Stack gap="lg">
      <TextInput
        label="Name of the collection"
        description="Small letter first, then letters and digits. It stands in the addresses of the API."
        maw={360}
        value={name}
        error={name !== '' && !isName(name) && 'Begin with a small letter, and use letters, digits and _'}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <DataTable
        label="Fields of the new collection"
        rows={fields}
        rowKey={({ column }) => column}
        columns={[
          {
            header: 'Column',
            cell: ({ column, included }) => (
              <Checkbox
                label={column}
                checked={included}
                onChange={(event) => change(column, { included: event.currentTarget.checked })}
              />
            ),
          },
          {
            header: 'Field',
            cell: ({ column, name: field, included }) => (
              <TextInput
                size="xs"
                w={180}
                aria-label={`Name of the field for ${column}`}
                disabled={!included}
                value={field}
                error={!isName(field)}
                onChange={(event) => change(column, { name: event.currentTarget.value })}
              />
            ),
          },
          {
            header: 'Type',
            cell: ({ column, type, included }) => (
              <Select
                size="xs"
                w={140}
                allowDeselect={false}
                aria-label={`Type of the field for ${column}`}
                disabled={!included}
                value={type}
                data={[...guessableTypes]}
                onChange={(value) => change(column, { type: (value ?? 'text') as FieldTypeName })}
              />
            ),
          },
        ]}
      />
      {create.error && <Problem error={create.error} />}
      <Group gap="xs">
        <Button disabled={!isFine} loading={create.isPending} onClick={() => create.mutate()}>
          Create the collection
        </Button>
        <Button variant="default" onClick={onOther}>
          Other file
        </Button>
        <Text c="var(--hf-muted)">The records are imported in the next step.</Text>
      </Group>
    </Stack>
  )
}
