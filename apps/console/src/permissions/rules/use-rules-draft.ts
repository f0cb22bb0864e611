import type { CollectionDefinition, RuleDefinition } from '@holdfast/contract'
import { useMemo, useState } from 'react'
import { type RuleDraft, toDraft, toRules } from './rule-draft'

/** The rules of a collection as they are being changed. */
export interface RulesDraft {
  readonly drafts: readonly RuleDraft[]
  readonly rules: readonly RuleDefinition[]
  readonly problems: ReturnType<typeof toRules>['problems']
  readonly isChanged: boolean
  /** What the draft began with, as text: what is saved must follow on that. */
  readonly base: string
  change(id: number, changes: Partial<RuleDraft>): void
  add(rules: readonly RuleDefinition[]): number
  remove(id: number): void
  move(id: number, by: -1 | 1): void
  /** Begins anew from what is stored. */
  reset(collection: CollectionDefinition): void
}

export function useRulesDraft(collection: CollectionDefinition): RulesDraft {
  const [start, setStart] = useState(() => begin(collection))
  const [drafts, setDrafts] = useState<readonly RuleDraft[]>(start.drafts)
  const { rules, problems } = useMemo(() => toRules(drafts), [drafts])
  return {
    drafts,
    rules,
    problems,
    isChanged: problems.length > 0 || JSON.stringify(rules) !== start.normal,
    base: start.base,
    change: (id, changes) =>
      setDrafts((all) => all.map((draft) => (draft.id === id ? { ...draft, ...changes } : draft))),
    add: (added) => {
      const made = added.map(toDraft)
      setDrafts((all) => [...all, ...made])
      return made[0]!.id
    },
    remove: (id) => setDrafts((all) => all.filter((draft) => draft.id !== id)),
    move: (id, by) => setDrafts((all) => swap(all, id, by)),
    reset: (stored) => {
      const next = begin(stored)
      setStart(next)
      setDrafts(next.drafts)
    },
  }
}

function begin({ rules = [] }: CollectionDefinition) {
  const drafts = rules.map(toDraft)
  return { drafts, base: JSON.stringify(rules), normal: JSON.stringify(toRules(drafts).rules) }
}

function swap(all: readonly RuleDraft[], id: number, by: -1 | 1): readonly RuleDraft[] {
  const from = all.findIndex((draft) => draft.id === id)
  const moved = all[from]
  const other = all[from + by]
  return moved && other ? all.with(from, other).with(from + by, moved) : all
}
