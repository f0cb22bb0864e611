import type { CollectionDefinition, FieldDefinition } from '@holdfast/contract'
import { Badge, Box, Stack, Tooltip } from '@mantine/core'
import { IconEyeOff } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import { FieldInput } from '../fields/field-input'
import { ReadOnlyValue } from '../fields/read-only-value'
import classes from './record.module.css'
import { fixedBecause } from './record-values'
import type { RecordForm } from './use-record-form'

interface RecordFieldsProps {
  readonly collection: CollectionDefinition
  readonly form: RecordForm
  /** Focus goes into the first field. */
  readonly autoFocus?: boolean
  /** Why nothing of it can be written. */
  readonly readOnly?: string | undefined
}

/** Every field of a collection: an input, or its value and why there is none. */
export const RecordFields = ({ collection, form, autoFocus = false, readOnly }: RecordFieldsProps) => {
  const isNew = form.base === undefined
  const fields = isNew ? collection.fields.filter(({ type }) => type !== 'computed') : collection.fields
  const first = fields.find((field) => !fixedBecause(field, isNew))
  const place = useRef<HTMLDivElement>(null)
  const wrong = fields.find(({ name }) => form.errors[name])?.name
  // What was refused may lie outside of the window.
  useEffect(() => {
    if (!wrong) return
    const field = place.current?.querySelector(`[data-field="${CSS.escape(wrong)}"]`)
    field?.querySelector<HTMLElement>('input, textarea, [contenteditable=true], button')?.focus()
    field?.scrollIntoView({ block: 'nearest' })
  }, [wrong])
  return (
    <Stack gap="md" ref={place}>
      {fields.map((field) => (
        <Box
          key={`${field.name} ${form.generation}`}
          className={field.name in form.changes && !isNew ? classes.changed : undefined}
        >
          <Field field={field} form={form} autoFocus={autoFocus && field === first} readOnly={readOnly} />
          {field.hidden && (
            <Tooltip label="No rule shows this field to anybody but admins">
              <Badge size="sm" color="gray" mt={4} leftSection={<IconEyeOff size={11} />}>
                Hidden field
              </Badge>
            </Tooltip>
          )}
        </Box>
      ))}
    </Stack>
  )
}

interface FieldProps {
  readonly field: FieldDefinition
  readonly form: RecordForm
  readonly autoFocus: boolean
  readonly readOnly: string | undefined
}

function Field({ field, form, autoFocus, readOnly }: FieldProps) {
  const isNew = form.base === undefined
  const value = form.valueOf(field.name)
  const isHidden = !isNew && value === undefined
  const reason = isHidden ? 'Not shown to whom you look as' : (readOnly ?? fixedBecause(field, isNew))
  if (reason) return <ReadOnlyValue field={field} value={value} reason={reason} />
  return (
    <FieldInput
      field={field}
      value={value}
      creating={isNew}
      autoFocus={autoFocus}
      error={form.errors[field.name]}
      onChange={(next, problem) => form.set(field.name, next, problem)}
    />
  )
}
