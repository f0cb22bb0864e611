import { DndContext, type DragEndEvent, KeyboardSensor, PointerSensor, useSensor, useSensors } from '@dnd-kit/core'
import {
  arrayMove,
  SortableContext,
  sortableKeyboardCoordinates,
  useSortable,
  verticalListSortingStrategy,
} from '@dnd-kit/sortable'
import { CSS } from '@dnd-kit/utilities'
import { ActionIcon, Stack, UnstyledButton } from '@mantine/core'
import { IconGripVertical, IconX } from '@tabler/icons-react'
import { AnchorLink } from '../../ui/links'
import { knownLabel, useLabels } from './candidates'
import classes from './field-input.module.css'
import type { FieldContent, TypeInputProps } from './input-props'
import { RecordPicker } from './record-picker'

const idsOf = (value: FieldContent): readonly string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []

/** Records in an order of their own: dragged, or moved with space and the arrows. */
export function RelationList({ field, value, onChange, shown, compact }: TypeInputProps) {
  const collection = field.collection ?? ''
  const ids = idsOf(value)
  const labels = useLabels(collection, ids)
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  )
  const move = ({ active, over }: DragEndEvent) => {
    if (over) onChange(arrayMove([...ids], ids.indexOf(String(active.id)), ids.indexOf(String(over.id))))
  }
  return (
    <Stack gap={4}>
      <RecordPicker
        collection={collection}
        chosen={undefined}
        without={ids}
        shown={shown}
        placeholder={`Add from ${collection}`}
        onChoose={(candidate) => candidate && onChange([...ids, candidate.id])}
      />
      <DndContext sensors={sensors} onDragEnd={move}>
        <SortableContext items={[...ids]} strategy={verticalListSortingStrategy}>
          {ids.map((id) => (
            <Chosen
              key={id}
              id={id}
              collection={collection}
              label={knownLabel(collection, labels.data, id)}
              isFixed={Boolean(compact)}
              onRemove={() => onChange(ids.filter((other) => other !== id))}
            />
          ))}
        </SortableContext>
      </DndContext>
    </Stack>
  )
}

interface ChosenProps {
  readonly id: string
  readonly collection: string
  readonly label: string
  readonly isFixed: boolean
  onRemove(): void
}

function Chosen({ id, collection, label, isFixed, onRemove }: ChosenProps) {
  const { attributes, listeners, setNodeRef, transform, transition } = useSortable({ id })
  return (
    <div
      ref={setNodeRef}
      className={classes.chosen}
      style={{ transform: CSS.Translate.toString(transform), transition }}
    >
      {!isFixed && (
        <UnstyledButton {...attributes} {...listeners} className={classes.grip!} aria-label={`Move ${label}`}>
          <IconGripVertical size={14} />
        </UnstyledButton>
      )}
      <AnchorLink to="/data/$collection/$id" params={{ collection, id }} className={classes.chosenLabel!}>
        <bdi>{label}</bdi>
      </AnchorLink>
      <ActionIcon variant="subtle" color="gray" size="sm" onClick={onRemove} aria-label={`Remove ${label}`}>
        <IconX size={14} />
      </ActionIcon>
    </div>
  )
}
