import type { Change } from '../../changes/index.js'
import type { Collection } from '../../collections/index.js'
import type { LiveRecords, RecordState } from '../../records/index.js'

/** A record at one moment, with the text of each of its values, made once for all who see them. */
export class State {
  private readonly texts = new Map<string, string>()

  constructor(readonly record: RecordState) {}

  /** Undefined where the log does not tell: the field is younger than the state. */
  text(field: string): string | undefined {
    const known = this.texts.get(field)
    if (known !== undefined) return known
    const value = this.record[field]
    if (value === undefined) return undefined
    const text = JSON.stringify(value)
    this.texts.set(field, text)
    return text
  }
}

export interface StateChange {
  readonly change: Change
  readonly before: State | undefined
  readonly after: State | undefined
}

/** The changes of a page with the states they led from and to, lists of to-many relations included. */
export class PageStates {
  private readonly byCollection = new Map<string, Promise<readonly StateChange[]>>()
  private images: Map<string, RecordState> | undefined

  constructor(
    private readonly changes: readonly Change[],
    private readonly live: LiveRecords,
  ) {}

  of(collection: Collection): Promise<readonly StateChange[]> {
    let states = this.byCollection.get(collection.id)
    if (!states) {
      states = this.build(collection)
      this.byCollection.set(collection.id, states)
    }
    return states
  }

  /** What a record was before a transaction of this page changed or deleted it. */
  before(tx: number, collectionId: string, recordId: string): RecordState | undefined {
    this.images ??= new Map(
      this.changes.toReversed().flatMap((change) => (change.before ? [[imageKey(change), change.before]] : [])),
    )
    return this.images.get(`${tx} ${collectionId} ${recordId}`)
  }

  private async build(collection: Collection): Promise<readonly StateChange[]> {
    const own = this.changes.filter(({ collectionId }) => collectionId === collection.id)
    const lists = new Map(await this.live.listsOf(collection, [...new Set(own.map(({ recordId }) => recordId))]))
    // Backwards: lists that a change does not tell are those of the next one, and of now behind the last.
    return own
      .toReversed()
      .map((change) => withLists(change, lists))
      .toReversed()
  }
}

const imageKey = ({ tx, collectionId, recordId }: Change): string => `${tx} ${collectionId} ${recordId}`

function withLists(change: Change, lists: Map<string, RecordState>): StateChange {
  const { recordId, before, after } = change
  const known = lists.get(recordId)
  if (!known)
    return { change, before: before ? new State(before) : undefined, after: after ? new State(after) : undefined }
  const names = Object.keys(known)
  const told = (image: RecordState | null): RecordState =>
    Object.fromEntries(names.flatMap((name) => (image?.[name] === undefined ? [] : [[name, image[name]]])))
  const listsAfter = { ...known, ...told(after) }
  const listsBefore = { ...listsAfter, ...told(before) }
  lists.set(recordId, listsBefore)
  return {
    change,
    before: before ? new State({ ...before, ...listsBefore }) : undefined,
    after: after ? new State({ ...after, ...listsAfter }) : undefined,
  }
}
