import { Group } from '@mantine/core'
import { IconArrowUpRight } from '@tabler/icons-react'
import { IconLink } from '../../ui/links'
import { knownLabel, useLabels } from './candidates'
import { type FieldContent, nothing, type TypeInputProps } from './input-props'
import { RecordPicker } from './record-picker'
import { RelationList } from './relation-list'

/** Points at records of another collection, shown by what people call them. */
export const RelationInput = (props: TypeInputProps) =>
  props.field.many ? <RelationList {...props} /> : <RelationOne {...props} />

const idOf = (value: FieldContent): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

function RelationOne(props: TypeInputProps) {
  const { field, value, onChange, shown, name, compact } = props
  const collection = field.collection ?? ''
  const id = idOf(value)
  const labels = useLabels(collection, id ? [id] : [])
  // The id stands for the record until its name is known.
  const chosen = id ? { id, label: knownLabel(collection, labels.data, id) } : undefined
  return (
    <Group gap={6} align="flex-end" wrap="nowrap">
      <div style={{ flex: 1, minWidth: 0 }}>
        <RecordPicker
          collection={collection}
          chosen={chosen}
          shown={shown}
          placeholder={value === null ? 'null' : undefined}
          clearable={!field.required && !compact}
          onChoose={(candidate) => onChange(candidate?.id ?? nothing(props))}
        />
      </div>
      {id && !compact && (
        <IconLink
          to="/data/$collection/$id"
          params={{ collection, id }}
          variant="default"
          size={36}
          aria-label={`Open the record of ${name}`}
        >
          <IconArrowUpRight size={16} />
        </IconLink>
      )}
    </Group>
  )
}
