import type { CollectionDefinition } from '@holdfast/contract'
import { useCallback, useMemo, useSyncExternalStore } from 'react'
import { canonical, type Draft, toDefinition, toDraft } from './draft'

interface KeptDraft {
  readonly draft: Draft
  /** The definition it began from, to tell when somebody else has changed the collection since. */
  readonly base: string
}

const storageKey = 'holdfast.drafts'
const listeners = new Set<() => void>()
let kept: Readonly<Record<string, KeptDraft>> = load()

/** Drafts live as long as the tab: through navigation and reloads. They hold definitions, never records. */
function load(): Readonly<Record<string, KeptDraft>> {
  try {
    return JSON.parse(sessionStorage.getItem(storageKey) ?? '{}') as Record<string, KeptDraft>
  } catch {
    return {}
  }
}

function keep(id: string, draft: KeptDraft | undefined): void {
  const { [id]: _, ...others } = kept
  kept = draft ? { ...others, [id]: draft } : others
  try {
    sessionStorage.setItem(storageKey, JSON.stringify(kept))
  } catch {
    // Full or forbidden: the draft still lives as long as the page.
  }
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export interface DraftHandle {
  readonly draft: Draft
  readonly definition: CollectionDefinition
  readonly isChanged: boolean
  /** The collection was changed elsewhere after the draft began. */
  readonly isOutdated: boolean
  change(next: Draft): void
  discard(): void
}

/** The draft of a collection, which is the collection itself until somebody changes it. `id` is `new` for one that is not there yet. */
export function useDraft(id: string, base: CollectionDefinition): DraftHandle {
  const all = useSyncExternalStore(subscribe, () => kept)
  const baseText = useMemo(() => canonical(base), [base])
  const fresh = useMemo(() => toDraft(base), [base])
  const mine = all[id]
  const draft = mine?.draft ?? fresh
  const began = mine?.base ?? baseText
  const change = useCallback(
    (next: Draft) => {
      const isSame = next.fields.every(({ removed }) => !removed) && canonical(toDefinition(next)) === began
      keep(id, isSame ? undefined : { draft: next, base: began })
    },
    [id, began],
  )
  const discard = useCallback(() => keep(id, undefined), [id])
  const definition = useMemo(() => toDefinition(draft), [draft])
  return { draft, definition, isChanged: mine !== undefined, isOutdated: began !== baseText, change, discard }
}

/** The ids of collections that have a draft. */
export function useDraftIds(): ReadonlySet<string> {
  const all = useSyncExternalStore(subscribe, () => kept)
  return useMemo(() => new Set(Object.keys(all)), [all])
}
