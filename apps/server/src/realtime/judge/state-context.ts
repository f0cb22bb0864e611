import type { Collection } from '../../collections/index.js'
import type { FieldShape, MatchContext, MatchRecord, MatchUser, TextOrder } from '../../query/index.js'
import type { View } from '../view/view.js'
import type { PageStates } from './page-states.js'

/** What conditions may ask beside the record, for the states of one page. */
export class StateContext implements MatchContext {
  readonly now = new Date()
  readonly user: MatchUser
  /** Related records are asked for as they were before this transaction; undefined: as they are. */
  beforeTx: number | undefined

  constructor(
    { user }: View,
    private readonly page: PageStates,
    readonly texts: TextOrder | undefined,
  ) {
    this.user = user
  }

  /**
   * Of related records the id is known, which is what most rules ask for; and all of those that went in the same
   * transaction, which the database no longer has.
   */
  related(record: MatchRecord, { name, relation }: FieldShape): readonly MatchRecord[] | undefined {
    const value = record[name]
    if (relation!.kind === 'inverse' || value === undefined) return undefined
    const ids = (value === null ? [] : [value].flat()) as readonly string[]
    const { id: collectionId } = relation!.target() as Collection
    return ids.map(
      (id) => (this.beforeTx === undefined ? undefined : this.page.before(this.beforeTx, collectionId, id)) ?? { id },
    )
  }
}
