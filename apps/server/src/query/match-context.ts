import type { Json } from '@holdfast/contract'
import type { TextOrder } from './match-values.js'
import type { FieldShape } from './shape.js'
import type { UserVariable } from './variables.js'

/** A record with its stored values as answers give them: dates as ISO text, decimals as text, absent values as null. */
export type MatchRecord = { readonly [field: string]: Json | undefined }

/** Who asks, as variables of rules see them. */
export interface MatchUser {
  readonly id?: string | undefined
  readonly roles: readonly string[]
  /** The value of `$user.<path>`: null where there is none, undefined where it is not known here. */
  value(variable: UserVariable): Json | undefined
}

export interface MatchContext {
  readonly user: MatchUser
  readonly now: Date
  /** Left out: the database orders texts in a way that is not known here. */
  readonly texts?: TextOrder | undefined
  /** The records behind a relation, all of them; undefined where they are not known here. */
  related?(record: MatchRecord, relation: FieldShape): readonly MatchRecord[] | undefined
}

/** The value of a variable of the caller. */
export function variableOf(variable: UserVariable, user: MatchUser): Json | undefined {
  if (variable.of !== 'principal') return user.value(variable)
  return variable.path[0] === 'id' ? (user.id ?? null) : [...user.roles]
}
