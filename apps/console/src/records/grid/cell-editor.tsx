import type { FieldDefinition, Json } from '@holdfast/contract'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { FieldInput } from '../fields/field-input'
import classes from './grid.module.css'
import { headHeight } from './grid-head'
import { useEditorPlace } from './use-editor-place'

interface CellEditorProps {
  readonly field: FieldDefinition
  readonly value: Json
  /** Why the server did not take the value. */
  readonly error: string | undefined
  onSave(value: Json, next?: 'right'): void
  onCancel(): void
}

/** Types whose input is one line: Enter and Tab end it. */
const oneLine = new Set(['email', 'url', 'slug', 'integer', 'number', 'decimal', 'date', 'duration', 'uuid', 'text'])
const wide = new Set(['json', 'richtext', 'text', 'geopoint', 'relation', 'vector', 'tags', 'multiselect', 'datetime'])

/** Edits a value in its cell: Enter saves, Escape does not. A click elsewhere saves too. */
export function CellEditor({ field, value, error, onSave, onCancel }: CellEditorProps) {
  const [edited, setEdited] = useState<{ readonly value: Json; readonly problem?: string | undefined }>({ value })
  const place = useRef<HTMLDivElement>(null)
  const save = (next?: 'right') => {
    if (edited.problem) return
    if (!error && JSON.stringify(edited.value) === JSON.stringify(value)) onCancel()
    else onSave(edited.value, next)
  }
  const room = useEditorPlace(place, headHeight)
  const latest = useRef(save)
  latest.current = save
  useEffect(() => {
    const onPointer = ({ target }: PointerEvent) => {
      if (!(target instanceof Element) || place.current?.contains(target)) return
      if (!target.closest('[data-portal], [role="dialog"], [role="listbox"]')) latest.current()
    }
    document.addEventListener('pointerdown', onPointer, true)
    return () => document.removeEventListener('pointerdown', onPointer, true)
  }, [])
  useEffect(() => {
    const input = place.current?.querySelector<HTMLElement>(
      'input:not([type="hidden"]), textarea, [contenteditable="true"], button',
    )
    if (!place.current?.contains(document.activeElement)) input?.focus()
    if (input instanceof HTMLInputElement && oneLine.has(field.type)) input.select()
  }, [field.type])
  const onKey = (event: KeyboardEvent) => {
    const { target } = event
    const isOpen = target instanceof Element && target.getAttribute('aria-expanded') === 'true'
    const isMultiline =
      target instanceof HTMLTextAreaElement || (target instanceof HTMLElement && target.isContentEditable)
    event.stopPropagation()
    if (event.key === 'Escape' && !isOpen) onCancel()
    else if (event.key === 'Enter' && ((!isOpen && !isMultiline && !event.shiftKey) || event.ctrlKey || event.metaKey))
      save()
    else if (event.key === 'Tab' && !event.shiftKey && oneLine.has(field.type)) save('right')
    else return
    event.preventDefault()
  }
  const canBeNull = !field.required && edited.value !== null && !(field.type === 'relation' && field.many)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the input inside end the edit
    <div
      ref={place}
      className={`${classes.editor} ${wide.has(field.type) ? classes.editorWide : ''}`}
      style={room}
      onKeyDown={onKey}
      data-editor
    >
      <FieldInput
        field={field}
        value={edited.value}
        onChange={(next, problem) => setEdited({ value: next ?? null, problem })}
        error={edited.problem}
        compact
        autoFocus
      />
      {error && !edited.problem && (
        <div className={classes.editorError} role="alert">
          {error}
        </div>
      )}
      <div className={classes.editorFoot}>
        Enter saves, Esc does not
        {canBeNull && (
          <>
            {' · '}
            <button type="button" className={classes.setNull} onClick={() => onSave(null)}>
              Set null
            </button>
          </>
        )}
      </div>
    </div>
  )
}
