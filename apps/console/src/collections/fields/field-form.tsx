import { Select, SimpleGrid, Stack, Textarea } from '@mantine/core'
import { completeConditions } from '../../conditions/complete'
import { liveFields } from '../draft/draft'
import { DefaultInput } from './default-input'
import { FieldFlags } from './field-flags'
import classes from './field-form.module.css'
import type { FieldFormProps } from './field-form-props'
import { keysOf } from './field-keys'
import { fieldTypeGroups, fieldTypeInfo } from './field-types'
import { JsonKey } from './json-key'
import { LimitInputs } from './limit-inputs'
import { RelationInputs } from './relation-inputs'
import { TypeInputs } from './type-inputs'

/** Every key that fits the type of a field. */
export function FieldForm(props: FieldFormProps) {
  const { field, onChange, problemOf } = props
  const keys = keysOf(field)
  const fields = liveFields(props.draft).map((one) => one.field)
  return (
    <Stack gap="md" className={classes.form!}>
      <FieldFlags field={field} keys={keys} onChange={onChange} problemOf={problemOf} />
      <RelationInputs {...props} />
      <TypeInputs {...props} />
      <LimitInputs {...props} keys={keys} />
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
        {keys.has('default') && <DefaultInput {...props} />}
        <Select
          label="Type"
          description="Values are converted where they can be."
          data={typeChoices}
          value={field.type}
          onChange={(type) => {
            const next = fieldTypeGroups.flatMap(({ types }) => [...types]).find((one) => one === type)
            if (next) onChange({ type: next, default: undefined })
          }}
          error={problemOf('type')}
          allowDeselect={false}
          searchable
        />
      </SimpleGrid>
      <Textarea
        label="Description"
        description="For whoever reads the API, its types and the forms of this console."
        value={field.description ?? ''}
        onChange={(event) => onChange({ description: event.currentTarget.value || undefined })}
        error={problemOf('description')}
        autosize
        minRows={1}
        maxRows={6}
      />
      <JsonKey
        label="Condition"
        add="Add a condition on the record"
        says={
          'What every record must satisfy after a write, in the language of filters: {"endsAt": {"$gt": {"$field": "startsAt"}}}'
        }
        value={field.validate}
        onChange={(validate) => onChange({ validate })}
        error={problemOf('validate')}
        complete={completeConditions({ fields, collections: props.collections })}
      />
    </Stack>
  )
}

const typeChoices = fieldTypeGroups.map(({ label, types }) => ({
  group: label,
  items: types.map((type) => ({ value: type, label: fieldTypeInfo[type].label })),
}))
