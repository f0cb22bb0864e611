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
  private readonly loaded = new Map<string, RecordState>()
  private readonly wanted = new Map<string, { readonly collection: Collection; readonly id: string }>()

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

  /**
   * The records that pointed at one which a transaction deleted: it changed or deleted all of them. Undefined for one that
   * was not deleted in it, and where the log does not tell.
   */
  pointing(
    tx: number,
    deleted: { readonly collection: Collection; readonly id: string },
    from: Collection,
    via: string,
  ): readonly RecordState[] | undefined {
    const { changes } = this
    const isGone = changes.some(
      (change) =>
        change.tx === tx &&
        change.action === 'delete' &&
        change.recordId === deleted.id &&
        change.collectionId === deleted.collection.id,
    )
    if (!isGone || (from.definition.changeLog ?? 'full') !== 'full') return undefined
    const ids = new Set(
      changes.flatMap((change) => (change.tx === tx && change.collectionId === from.id ? [change.recordId] : [])),
    )
    return [...ids]
      .map((id) => this.before(tx, from.id, id))
      .filter((record) => record !== undefined)
      .filter((record) => pointsAt(record[via], deleted.id))
  }

  /** Did the transaction change other records of these collections? */
  changedWith({ tx, recordId }: Change, collectionIds: ReadonlySet<string>): boolean {
    return this.changes.some(
      (change) => change.tx === tx && change.recordId !== recordId && collectionIds.has(change.collectionId),
    )
  }

  /** A record that others lead to, as it is now; undefined while it is not known: see {@link loadWanted}. */
  related(collection: Collection, id: string): RecordState | undefined {
    const key = `${collection.id} ${id}`
    const known = this.loaded.get(key)
    if (!known) this.wanted.set(key, { collection, id })
    return known
  }

  /** Reads the records that were asked for and not known. False where there were none. */
  async loadWanted(): Promise<boolean> {
    const wanted = [...this.wanted.values()]
    this.wanted.clear()
    for (const collection of new Set(wanted.map((one) => one.collection))) {
      const ids = wanted.filter((one) => one.collection === collection).map(({ id }) => id)
      const found = await this.live.read(collection, ids)
      // Of one that is not there no more than its id is known.
      for (const id of ids) this.loaded.set(`${collection.id} ${id}`, found.get(id) ?? { id })
    }
    return wanted.length > 0
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

const pointsAt = (value: RecordState[string], id: string): boolean =>
  value === id || (Array.isArray(value) && value.includes(id))

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
