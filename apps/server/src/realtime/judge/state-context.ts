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
  /** The record is gone: related records may have been changed with it, and are read before they are judged. */
  isDeleted = false

  constructor(
    { user }: View,
    private readonly page: PageStates,
    readonly texts: TextOrder | undefined,
  ) {
    this.user = user
  }

  /**
   * Of related records the id is known, which is what most rules ask for. The database has the others as they are; but
   * what a record that is gone led to, and what led to it, the page and {@link PageStates.loadWanted} must tell.
   */
  related(record: MatchRecord, { name, relation }: FieldShape): readonly MatchRecord[] | undefined {
    const target = relation!.target() as Collection
    if (relation!.kind === 'inverse') return this.pointing(record, target, relation!.via())
    const value = record[name]
    if (value === undefined) return undefined
    const ids = (value === null ? [] : [value].flat()) as readonly string[]
    return ids.map(
      (id) => this.before(target, id) ?? (this.isDeleted ? this.page.related(target, id) : undefined) ?? { id },
    )
  }

  private before(target: Collection, id: string): MatchRecord | undefined {
    return this.beforeTx === undefined ? undefined : this.page.before(this.beforeTx, target.id, id)
  }

  private pointing(record: MatchRecord, from: Collection, via: FieldShape): readonly MatchRecord[] | undefined {
    const id = record['id']
    if (!this.isDeleted || this.beforeTx === undefined || typeof id !== 'string') return undefined
    const collection = via.relation!.target() as Collection
    return this.page.pointing(this.beforeTx, { collection, id }, from, via.name)
  }
}
