import { autocompletion, type CompletionSource, closeBrackets, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { json, jsonParseLinter } from '@codemirror/lang-json'
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language'
import { linter, lintKeymap } from '@codemirror/lint'
import { EditorState } from '@codemirror/state'
import { EditorView, keymap } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { useEffect, useRef } from 'react'

export interface CodeEditorProps {
  readonly value: string
  onChange?(value: string): void
  /** What may stand at the cursor. */
  readonly complete?: CompletionSource
  readonly readOnly?: boolean
  readonly minHeight?: number
  readonly maxHeight?: number
  /** The id of what names it. */
  readonly labelledBy: string
}

/** CodeMirror for JSON. Tab leaves it, as in every other field. */
export default function CodeEditor({
  value,
  onChange,
  complete,
  readOnly = false,
  minHeight = 120,
  maxHeight = 480,
  labelledBy,
}: CodeEditorProps) {
  const place = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(undefined)
  const latest = useRef({ onChange, complete })
  latest.current = { onChange, complete }
  // biome-ignore lint/correctness/useExhaustiveDependencies: the editor keeps its own text; what comes from outside follows below
  useEffect(() => {
    const extensions = [
      history(),
      json(),
      linter(jsonParseLinter()),
      bracketMatching(),
      closeBrackets(),
      indentOnInput(),
      autocompletion({ icons: false, override: [(context) => latest.current.complete?.(context) ?? null] }),
      keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap, ...lintKeymap]),
      syntaxHighlighting(colours),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ 'aria-labelledby': labelledBy, tabindex: '0' }),
      EditorState.readOnly.of(readOnly),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) latest.current.onChange?.(update.state.doc.toString())
      }),
      look(minHeight, maxHeight),
    ]
    view.current = new EditorView({ parent: place.current!, state: EditorState.create({ doc: value, extensions }) })
    return () => view.current?.destroy()
  }, [readOnly, minHeight, maxHeight, labelledBy])
  useEffect(() => {
    const state = view.current?.state
    if (state && state.doc.toString() !== value)
      view.current?.dispatch({ changes: { from: 0, to: state.doc.length, insert: value } })
  }, [value])
  return <div ref={place} />
}

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: 'light-dark(#0b5f58, #5eead4)' },
  { tag: tags.string, color: 'light-dark(#9a3412, #fdba74)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'light-dark(#6d28d9, #c4b5fd)' },
])

const look = (minHeight: number, maxHeight: number) =>
  EditorView.theme({
    '&': {
      border: '1px solid var(--hf-line)',
      borderRadius: 'var(--mantine-radius-md)',
      fontSize: 'var(--mantine-font-size-sm)',
      background: 'var(--hf-sunken)',
      color: 'var(--mantine-color-text)',
    },
    '&.cm-focused': { outline: '2px solid var(--mantine-primary-color-filled)', outlineOffset: '-1px' },
    '.cm-scroller': {
      fontFamily: 'var(--mantine-font-family-monospace)',
      minHeight: `${minHeight}px`,
      maxHeight: `${maxHeight}px`,
      overflow: 'auto',
    },
    '.cm-content': { caretColor: 'var(--mantine-color-text)' },
    '.cm-cursor': { borderLeftColor: 'var(--mantine-color-text)' },
    '.cm-selectionBackground, &.cm-focused .cm-selectionBackground': {
      background: 'light-dark(#b8e6dd, #14524b) !important',
    },
    '.cm-tooltip-autocomplete ul li': { padding: '3px 8px !important' },
    '.cm-tooltip-autocomplete ul li[aria-selected]': {
      background: 'var(--mantine-color-teal-7) !important',
      color: '#fff !important',
    },
    '.cm-completionDetail': { opacity: 0.8, fontStyle: 'normal', marginLeft: '12px' },
    '.cm-tooltip': { background: 'var(--hf-raised)', border: '1px solid var(--hf-line)', color: 'inherit' },
  })
