import { defineError } from '../../lib/index.js'
import { missingFields, type WriteGrant, type WriteScope } from '../../permissions/index.js'
import { refuseMissing } from './parse-body.js'
import { attempt, type Target } from './target.js'
import type { WriteBody } from './write-body.js'
import { isRuleViolation, toWriteError } from './write-errors.js'

const forbidden = defineError('forbidden')

/**
 * The ways in which the body may be written that leave no required field without a value. None where only fields are
 * missing that the caller may not set: their names are not told.
 */
export function completeGrants(
  body: WriteBody,
  scope: WriteScope,
  grants: readonly WriteGrant[],
): readonly WriteGrant[] {
  const missing = grants.map((grant) => missingFields(scope.collection, body.columns, grant))
  const complete = grants.filter((_, index) => missing[index]!.length === 0)
  const toGive = complete.length === 0 ? missing[0]?.filter((field) => scope.canWrite(field)) : undefined
  if (toGive?.length) refuseMissing(toGive)
  return complete
}

/** Tries the ways in which a write is allowed, in the order of the rules, until one lets it through. */
export async function firstAllowed<T>(
  target: Target,
  grants: readonly WriteGrant[],
  { scope }: { readonly scope: WriteScope },
  write: (grant: WriteGrant) => Promise<T | undefined>,
): Promise<T> {
  let refused = grants.length === 0
  const once = grants.length === 1
  for (const grant of grants) {
    try {
      const result = await (once ? write(grant) : attempt(target, () => write(grant)))
      if (result !== undefined) return result
    } catch (error) {
      if (!isRuleViolation(error)) throw toWriteError(error, scope)
      refused = true
    }
  }
  if (refused) throw forbidden(`The rules of ${scope.collection.name} do not allow you to ${scope.action} this record`)
  return undefined as T
}
