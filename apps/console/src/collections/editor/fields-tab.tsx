import { closestCenter, DndContext, KeyboardSensor, PointerSensor, useSensor, useSensors } from '@dnd-kit/core'
import { SortableContext, sortableKeyboardCoordinates, verticalListSortingStrategy } from '@dnd-kit/sortable'
import type { FieldTypeName } from '@holdfast/contract'
import { Button, Stack, Text, TextInput } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { addField, changeOptions, duplicateField, moveField } from '../draft/change-draft'
import type { Draft } from '../draft/draft'
import { nameProblem } from '../draft/name-problem'
import { TypePicker } from '../fields/type-picker'
import { dragWords } from './drag-words'
import type { Editing } from './editing'
import { FieldRow } from './field-row'
import { SystemFields } from './system-fields'

// Outside of the component: other options at each drawing would draw every field again.
const byPointer = { activationConstraint: { distance: 4 } }
const byKeyboard = { coordinateGetter: sortableKeyboardCoordinates }

/** The fields in their order: named, opened, moved, deleted and added in place. */
export function FieldsTab(editing: Editing) {
  const { draft, change, problems, base } = editing
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set())
  const [fresh, setFresh] = useState<string>()
  const [dragged, setDragged] = useState<string>()
  const sensors = useSensors(useSensor(PointerSensor, byPointer), useSensor(KeyboardSensor, byKeyboard))
  // A field stays open while it is mended.
  useEffect(() => {
    if (problems.list.length > 0)
      setOpened((before) => new Set([...before, ...problems.list.flatMap(({ part }) => part ?? [])]))
  }, [problems.list])
  const place = (key: string): number => draft.fields.findIndex((field) => field.key === key)
  const nameOf = (key: string): string => draft.fields[place(key)]?.field.name || 'the new field'
  // Rows get functions that stay the same, so that a key typed in one does not draw all the others.
  const latest = useRef(editing)
  latest.current = editing
  const act = useCallback((step: (draft: Draft) => Draft) => latest.current.change(step(latest.current.draft)), [])
  const setOpen = useCallback(
    (key: string, isOpen: boolean) =>
      setOpened((before) => new Set(isOpen ? [...before, key] : [...before].filter((one) => one !== key))),
    [],
  )
  const begin = useCallback(
    ({ draft, key }: ReturnType<typeof addField>) => {
      latest.current.change(draft)
      setOpen(key, true)
      setFresh(key)
    },
    [setOpen],
  )
  const add = (type: FieldTypeName) => begin(addField(draft, type))
  const duplicate = useCallback((key: string) => begin(duplicateField(latest.current.draft, key)), [begin])
  const keys = draft.fields.map(({ key }) => key).join(' ')
  const order = useMemo(() => keys.split(' ').filter(Boolean), [keys])
  const wrong = problems.partsWith()

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
          <SortableContext items={order} strategy={verticalListSortingStrategy}>
            <ul style={{ listStyle: 'none', margin: 0, padding: 0 }} aria-label="Fields">
              {draft.fields.map((field, index) => (
                <FieldRow
                  key={field.key}
                  entry={field}
                  index={index}
                  isLast={index === draft.fields.length - 1}
                  before={
                    field.field.id === undefined ? undefined : base.fields.find(({ id }) => id === field.field.id)
                  }
                  isBuiltIn={base.name === 'users' && field.knownAs === 'email'}
                  isFresh={fresh === field.key}
                  isWrong={wrong.has(field.key)}
                  wrongName={problems.of(field.key, 'name') ?? nameProblem(field, draft)}
                  opened={dragged === undefined && opened.has(field.key) ? editing : undefined}
                  act={act}
                  forget={problems.forget}
                  onOpen={setOpen}
                  onDuplicate={duplicate}
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
