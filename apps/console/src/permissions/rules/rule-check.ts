import type { CollectionDefinition, RuleDefinition, RuleTestReport } from '@holdfast/contract'
import { HoldfastError } from '@holdfast/sdk'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { client } from '../../client/client'
import type { DraftProblem, RuleDraft } from './rule-draft'
import type { RulesDraft } from './use-rules-draft'

/** What the server says of rules that are being written. */
export interface RuleCheck {
  readonly problems: readonly DraftProblem[]
  /** The tests as they would come out; undefined as long as the rules are not in order. */
  readonly tests: RuleTestReport | undefined
  /** The answer is about the rules as they stand now. */
  readonly isCurrent: boolean
  /** The check itself failed. */
  readonly error: Error | null
}

/** Lets the server read the rules a little after every change: their words are its, and so are the places. */
export function useRuleCheck(collection: CollectionDefinition, draft: RulesDraft): RuleCheck {
  const [asked] = useDebouncedValue(draft.rules, 400)
  const check = useQuery({
    queryKey: ['rule check', collection.name, asked],
    queryFn: ({ signal }) => checkRules({ ...collection, rules: [...asked] }, signal),
    enabled: draft.problems.length === 0,
    placeholderData: keepPreviousData,
    staleTime: 0,
    gcTime: 0,
  })
  if (draft.problems.length > 0) return { problems: draft.problems, tests: undefined, isCurrent: true, error: null }
  const isCurrent = asked === draft.rules && !check.isPlaceholderData && !check.isFetching
  return { problems: check.data?.problems ?? [], tests: check.data?.tests, isCurrent, error: check.error }
}

async function checkRules(definition: CollectionDefinition & { rules: RuleDefinition[] }, signal: AbortSignal) {
  try {
    const request = { collection: definition.name, collections: [definition] }
    return { problems: [], tests: await client.admin.permissions.testRules(request, { signal }) }
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.status >= 500 || error.errors.length === 0) throw error
    const problems = error.errors.map(({ path, message }) => ({ path: path.replace(/^.*?(?=rules\b)/, ''), message }))
    return { problems, tests: undefined }
  }
}

/** Problems of one rule, their places told from the rule on. */
export const problemsOf = (problems: readonly DraftProblem[], at: number): DraftProblem[] =>
  problems
    .filter(({ path }) => path === `rules.${at}` || path.startsWith(`rules.${at}.`))
    .map(({ path, message }) => ({ path: path.slice(`rules.${at}.`.length), message }))

/** Whether a rule is one of those that count for a role. */
export const speaksOf = ({ role }: RuleDraft, within: readonly string[]): boolean => within.includes(role)
