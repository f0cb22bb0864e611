import {
  type CollectionDefinition,
  type ConditionJson,
  type Webhook,
  type WebhookDefinition,
  type WebhookEvent,
  webhookEvents,
} from '@holdfast/contract'
import { Button, Checkbox, Group, MultiSelect, Select, Stack, Switch, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { fieldsOf } from '../client/record-fields'
import { FilterBuilder } from '../filter/filter-builder'
import { fieldError, isSaidByFields } from '../ui/field-error'
import { Problem } from '../ui/problem'

/** What the form holds; an empty filter is none, and no fields are all. */
export interface WebhookValues {
  readonly url: string
  readonly description: string
  readonly collection: string
  readonly events: readonly WebhookEvent[]
  readonly filter: ConditionJson
  readonly fields: readonly string[]
  readonly ordered: boolean
}

export const valuesOf = (webhook?: Webhook): WebhookValues => ({
  url: webhook?.url ?? '',
  description: webhook?.description ?? '',
  collection: webhook?.collection ?? '',
  events: webhook?.events ?? [...webhookEvents],
  filter: webhook?.filter ?? {},
  fields: webhook?.fields ?? [],
  ordered: webhook?.ordered ?? false,
})

const hasFilter = ({ filter }: WebhookValues): boolean => Object.keys(filter).length > 0

export const toDefinition = (values: WebhookValues): WebhookDefinition => ({
  url: values.url.trim(),
  collection: values.collection,
  events: [...values.events],
  ordered: values.ordered,
  ...(values.description.trim() !== '' && { description: values.description.trim() }),
  ...(hasFilter(values) && { filter: values.filter }),
  ...(values.fields.length > 0 && { fields: [...values.fields] }),
})

/** The same as a change: what is empty is taken away. */
export const toChange = (values: WebhookValues) => ({
  description: null,
  filter: null,
  fields: null,
  ...toDefinition(values),
})

interface WebhookFormProps {
  readonly collections: readonly CollectionDefinition[]
  readonly initial: WebhookValues
  readonly submitLabel: string
  readonly error: unknown
  readonly busy: boolean
  onSubmit(values: WebhookValues): void
  onCancel(): void
}

const eventLabels: Readonly<Record<WebhookEvent, string>> = { create: 'Created', update: 'Updated', delete: 'Deleted' }
const paths = ['url', 'description', 'collection', 'events', 'fields']

export function WebhookForm({ collections, initial, submitLabel, error, busy, onSubmit, onCancel }: WebhookFormProps) {
  const [values, setValues] = useState(initial)
  const change = (to: Partial<WebhookValues>) => setValues({ ...values, ...to })
  const collection = collections.find(({ name }) => name === values.collection)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSubmit(values)
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          label="URL"
          description="Where changes are sent to, by POST"
          placeholder="https://shop.example.com/hooks"
          type="url"
          value={values.url}
          error={fieldError(error, 'url')}
          onChange={(event) => change({ url: event.currentTarget.value })}
          data-autofocus
        />
        <TextInput
          label="Description"
          description="What it is for, so that others know"
          value={values.description}
          error={fieldError(error, 'description')}
          onChange={(event) => change({ description: event.currentTarget.value })}
        />
        <Select
          label="Collection"
          searchable
          allowDeselect={false}
          value={values.collection || null}
          data={collections.map(({ name }) => name)}
          error={fieldError(error, 'collection')}
          onChange={(name) => change({ collection: name ?? '', filter: {}, fields: [] })}
        />
        <Checkbox.Group
          label="When a record is"
          value={[...values.events]}
          error={fieldError(error, 'events')}
          onChange={(events) => change({ events: events as WebhookEvent[] })}
        >
          <Group gap="lg" mt={6}>
            {webhookEvents.map((event) => (
              <Checkbox key={event} value={event} label={eventLabels[event]} />
            ))}
          </Group>
        </Checkbox.Group>
        {collection && (
          <>
            <Stack gap={6}>
              <Text fw={500} size="sm">
                Only records that match
              </Text>
              <FilterBuilder
                key={collection.name}
                fields={fieldsOf(collection)}
                value={values.filter}
                onChange={(filter) => change({ filter })}
              />
            </Stack>
            <MultiSelect
              label="Fields that are sent"
              description="None chosen: all that are not hidden"
              searchable
              clearable
              value={[...values.fields]}
              data={fieldsOf(collection).map(({ name }) => name)}
              error={fieldError(error, 'fields')}
              onChange={(fields) => change({ fields })}
            />
          </>
        )}
        <Switch
          label="Keep the order of each record"
          description="A delivery that fails holds back the next ones of its record"
          checked={values.ordered}
          onChange={(event) => change({ ordered: event.currentTarget.checked })}
        />
        {error !== undefined && error !== null && !isSaidByFields(error, paths) && <Problem error={error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button
            type="submit"
            loading={busy}
            disabled={values.url.trim() === '' || values.collection === '' || values.events.length === 0}
          >
            {submitLabel}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
