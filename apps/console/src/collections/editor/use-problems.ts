import type { CollectionDefinition, ErrorItem } from '@holdfast/contract'
import { useCallback, useState } from 'react'
import { type Draft, liveFields, liveIndexes } from '../draft/draft'

export interface PlacedProblem {
  /** The field or index it speaks of; none for the collection itself. */
  readonly part?: string | undefined
  /** The key in it: `maxLength`, `options.2`. */
  readonly at: string
  readonly message: string
}

export interface Problems {
  readonly list: readonly PlacedProblem[]
  /** What is wrong with a key of a part. */
  of(part: string | undefined, key: string): string | undefined
  partsWith(): ReadonlySet<string>
  show(items: readonly ErrorItem[], draft: Draft): void
  /** What was changed is judged by the server again. */
  forget(part: string | undefined): void
}

/** What the server found wrong with a draft, each at the place it speaks of. */
export function useProblems(): Problems {
  const [list, setList] = useState<readonly PlacedProblem[]>([])
  const show = useCallback(
    (items: readonly ErrorItem[], draft: Draft) => setList(items.map((item) => placeOf(item, draft))),
    [],
  )
  const forget = useCallback(
    (part: string | undefined) =>
      setList((before) =>
        before.some((one) => one.part === part) ? before.filter((one) => one.part !== part) : before,
      ),
    [],
  )
  return {
    list,
    of: (part, key) =>
      list.find((one) => one.part === part && (one.at === key || one.at.startsWith(`${key}.`)))?.message,
    partsWith: () => new Set(list.flatMap(({ part }) => (part === undefined ? [] : [part]))),
    show,
    forget,
  }
}

/** `collections.0.fields.2.maxLength`, or `posts.title` where records are in the way. */
export function placeOf({ path, message }: ErrorItem, draft: Draft): PlacedProblem {
  const [, , list, index, ...rest] = path.split('.')
  if (path.startsWith('collections.0.')) {
    const parts = list === 'fields' ? liveFields(draft) : list === 'indexes' ? liveIndexes(draft) : []
    const part = parts[Number(index)]?.key
    if (part !== undefined) return { part, at: rest.join('.') || 'name', message }
    return { at: path.slice('collections.0.'.length), message }
  }
  const [collection, name] = path.split('.') as [string, string?]
  const field = namesOf(draft.options).includes(collection)
    ? liveFields(draft).find((one) => one.field.name === name)
    : undefined
  return field ? { part: field.key, at: 'name', message } : { at: path, message }
}

const namesOf = ({ name }: Pick<CollectionDefinition, 'name'>): readonly string[] => [name]
