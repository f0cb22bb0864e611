import type { Collection, Schema } from '../../collections/index.js'
import type { Condition, MatchUser } from '../../query/index.js'
import type { LiveQuery } from '../../records/index.js'

/** What a subscription shows its receiver, under the rules and the schema of one moment. Equal views are one object's worth of work. */
export interface View {
  /** Equal for those who are told the same. Cursors carry it: they are good for this view only. */
  readonly key: string
  readonly schema: Schema
  readonly collection: Collection
  /** Of one record only. */
  readonly record: string | undefined
  /** As lists read it. */
  readonly query: LiveQuery
  /** As states of records are shown: lists of to-many relations are those of the state. */
  readonly states: LiveQuery
  /** The states that are shown: rules and filter. */
  readonly shown: Condition
  /** What conditions may ask about those who have this view: it is the same for all of them. */
  readonly user: MatchUser
  /** Ids of collections whose records decide what `$user.<path>` stands for. */
  readonly watches: ReadonlySet<string>
}
