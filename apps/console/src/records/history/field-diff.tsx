import type { FieldChange, FieldDefinition, Json } from '@holdfast/contract'
import { useMemo } from 'react'
import { FieldValue } from '../cells/field-value'
import { changedPaths } from './changed-paths'
import classes from './history.module.css'
import { diffWords } from './word-diff'

interface FieldDiffProps {
  readonly field: FieldDefinition
  readonly change: FieldChange
}

/** What a change did to a field: texts word by word, JSON by place, all else as before and after. */
export function FieldDiff({ field, change: { from, to } }: FieldDiffProps) {
  if (isTree(from) && isTree(to) && field.type === 'json') return <JsonDiff from={from} to={to} />
  if (typeof from === 'string' && typeof to === 'string' && (field.type === 'text' || field.type === 'richtext'))
    return <TextDiff from={from} to={to} />
  return (
    <span className={classes.pair}>
      <del className={classes.removed}>
        <FieldValue field={field} value={from} />
      </del>
      <span aria-hidden>→</span>
      <ins className={classes.added}>
        <FieldValue field={field} value={to} />
      </ins>
    </span>
  )
}

const isTree = (value: Json): boolean => typeof value === 'object' && value !== null

/** Longer texts are cut: what changed in them is read in the versions themselves. */
const shownCharacters = 20_000

function TextDiff({ from, to }: { readonly from: string; readonly to: string }) {
  const parts = useMemo(() => diffWords(from.slice(0, shownCharacters), to.slice(0, shownCharacters)), [from, to])
  return (
    <div className={classes.text} dir="auto">
      {parts.map(({ kind, text }, index) => {
        const key = `${index} ${kind}`
        if (kind === 'removed')
          return (
            <del key={key} className={classes.removed}>
              {text || 'empty text'}
            </del>
          )
        if (kind === 'added')
          return (
            <ins key={key} className={classes.added}>
              {text}
            </ins>
          )
        return <span key={key}>{short(text, index === 0, index === parts.length - 1)}</span>
      })}
    </div>
  )
}

/** Of what stayed the same, the words around what did not. */
function short(text: string, isFirst: boolean, isLast: boolean): string {
  if (text.length <= 240) return text
  const [head, tail] = [isFirst ? '' : text.slice(0, 100), isLast ? '' : text.slice(-100)]
  return `${head} … ${tail}`
}

function JsonDiff({ from, to }: { readonly from: Json; readonly to: Json }) {
  const changes = useMemo(() => changedPaths(from, to), [from, to])
  return (
    <ul className={classes.paths}>
      {changes.map((change) => (
        <li key={change.path}>
          <code>{change.path || 'value'}</code>
          {change.from !== undefined && <del className={classes.removed}>{jsonText(change.from)}</del>}
          {change.to !== undefined && <ins className={classes.added}>{jsonText(change.to)}</ins>}
        </li>
      ))}
    </ul>
  )
}

function jsonText(value: Json): string {
  const text = JSON.stringify(value)
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}
