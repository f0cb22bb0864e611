import type { CollectionDefinition } from '@holdfast/contract'
import { Group, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useReadOnlyReason } from '../../client/view-as'
import { ExplainButton } from '../explain/explain-button'
import classes from './viewed-fields.module.css'

interface ViewedFieldsProps {
  readonly collection: CollectionDefinition
  readonly record: { readonly id: string }
  children(collection: CollectionDefinition): ReactNode
}

/** The fields of a form; while one looks as somebody else, those that are open to them, switched off, and the names of the others. */
export function ViewedFields({ collection, record, children }: ViewedFieldsProps) {
  const readOnly = useReadOnlyReason()
  if (readOnly === undefined) return children(collection)
  const fields = collection.fields.filter(({ name }) => name in record)
  const hidden = collection.fields.filter(({ name }) => !(name in record)).map(({ name }) => name)
  return (
    <>
      <fieldset disabled className={classes.fields}>
        {children({ ...collection, fields })}
      </fieldset>
      {hidden.length > 0 && (
        <Group gap="xs" justify="space-between">
          <Text size="sm" c="var(--hf-muted)" className={classes.names}>
            Hidden: {hidden.join(', ')}
          </Text>
          <ExplainButton collection={collection.name} action="read" id={record.id} field={hidden[0]!} />
        </Group>
      )}
    </>
  )
}
