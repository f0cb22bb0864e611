import { closestCenter, DndContext, KeyboardSensor, PointerSensor, useSensor, useSensors } from '@dnd-kit/core'
import { SortableContext, sortableKeyboardCoordinates, verticalListSortingStrategy } from '@dnd-kit/sortable'
import type { FieldTypeName } from '@holdfast/contract'
import { Button, Stack, Text, TextInput } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { addField, changeOptions, duplicateField, moveField } from '../draft/change-draft'
import { TypePicker } from '../fields/type-picker'
import { dragWords } from './drag-words'
import type { Editing } from './editing'
import { FieldRow } from './field-row'
import { SystemFields } from './system-fields'

/** The fields in their order: named, opened, moved, deleted and added in place. */
export function FieldsTab(editing: Editing) {
  const { draft, change, problems, base } = editing
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set())
  const [fresh, setFresh] = useState<string>()
  const [dragged, setDragged] = useState<string>()
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  )
  // A field stays open while it is mended.
  useEffect(() => {
    if (problems.list.length > 0)
      setOpened((before) => new Set([...before, ...problems.list.flatMap(({ part }) => part ?? [])]))
  }, [problems.list])
  const place = (key: string): number => draft.fields.findIndex((field) => field.key === key)
  const nameOf = (key: string): string => draft.fields[place(key)]?.field.name || 'the new field'
  const setOpen = (key: string, isOpen: boolean) =>
    setOpened((before) => new Set(isOpen ? [...before, key] : [...before].filter((one) => one !== key)))
  const begin = ({ draft, key }: ReturnType<typeof addField>) => {
    change(draft)
    setOpen(key, true)
    setFresh(key)
  }
  const add = (type: FieldTypeName) => begin(addField(draft, type))

  return (
    <Stack gap="md">
      {base.id === undefined && (
        <TextInput
          label="Name of the collection"
          description="In small letters, mostly a plural: posts, orderItems. It is the name in the API and of the table."
          placeholder="posts"
          value={draft.options.name}
          onChange={(event) => change(changeOptions(draft, { name: event.currentTarget.value }))}
          error={problems.of(undefined, 'name')}
          maw={420}
          autoComplete="off"
          spellCheck={false}
          autoFocus
          data-1p-ignore
        />
      )}
      <div>
        <SystemFields />
        <DndContext
          sensors={sensors}
          collisionDetection={closestCenter}
          accessibility={dragWords(nameOf, place)}
          onDragStart={({ active }) => setDragged(String(active.id))}
          onDragCancel={() => setDragged(undefined)}
          onDragEnd={({ active, over }) => {
            setDragged(undefined)
            if (over) change(moveField(draft, String(active.id), place(String(over.id))))
          }}
        >
          <SortableContext items={draft.fields.map(({ key }) => key)} strategy={verticalListSortingStrategy}>
            <ul style={{ listStyle: 'none', margin: 0, padding: 0 }} aria-label="Fields">
              {draft.fields.map((field, index) => (
                <FieldRow
                  key={field.key}
                  {...editing}
                  entry={field}
                  index={index}
                  isFresh={fresh === field.key}
                  isOpen={dragged === undefined && opened.has(field.key)}
                  onOpen={(isOpen) => setOpen(field.key, isOpen)}
                  onDuplicate={() => begin(duplicateField(draft, field.key))}
                />
              ))}
            </ul>
          </SortableContext>
        </DndContext>
        {draft.fields.length === 0 && (
          <Text c="var(--hf-muted)" py="md">
            No fields of your own yet. Add the first one: a name, a title, a price.
          </Text>
        )}
      </div>
      <TypePicker onPick={add}>
        {(open, isOpen) => (
          <Button
            variant="light"
            leftSection={<IconPlus size={16} />}
            onClick={open}
            aria-haspopup="listbox"
            aria-expanded={isOpen}
            style={{ alignSelf: 'start' }}
          >
            Add field
          </Button>
        )}
      </TypePicker>
    </Stack>
  )
}
