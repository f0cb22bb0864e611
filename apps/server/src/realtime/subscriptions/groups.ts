import type { Change } from '../../changes/index.js'
import type { View } from '../view/view.js'
import type { Subscription } from './subscription.js'

/** Live subscriptions that are told the same. */
export interface Group {
  readonly view: View
  readonly members: Set<Subscription>
}

/** Groups of one collection: those of all its records, and by the record they are about. */
interface Shelf {
  readonly whole: Set<Group>
  readonly byRecord: Map<string, Set<Group>>
}

/** After a change of the schema an equal view is another one: its statements are made anew. */
const keyOf = ({ key, schema }: View): string => `${schema.version} ${key}`

/** The live subscriptions of this node, by what they are told and what it is about. */
export class Groups {
  private readonly byKey = new Map<string, Group>()
  private readonly shelves = new Map<string, Shelf>()

  add(subscription: Subscription): void {
    const { view } = subscription
    const group = this.byKey.get(keyOf(view)) ?? this.make(view)
    // One view for all: thousands of equal ones would fill the memory.
    subscription.view = group.view
    group.members.add(subscription)
  }

  remove(subscription: Subscription): void {
    const group = this.byKey.get(keyOf(subscription.view))
    if (!group?.members.delete(subscription) || group.members.size > 0) return
    this.byKey.delete(keyOf(group.view))
    this.takeOff(group)
  }

  all(): IterableIterator<Group> {
    return this.byKey.values()
  }

  /** The groups that changes are about, each with those changes. */
  concerned(changes: readonly Change[]): Map<Group, Set<string> | undefined> {
    const found = new Map<Group, Set<string> | undefined>()
    for (const id of new Set(changes.map(({ collectionId }) => collectionId)))
      for (const group of this.shelves.get(id)?.whole ?? []) found.set(group, undefined)
    for (const { collectionId, recordId } of changes)
      for (const group of this.shelves.get(collectionId)?.byRecord.get(recordId) ?? [])
        found.set(group, new Set([recordId]))
    return found
  }

  private make(view: View): Group {
    const group = { view, members: new Set<Subscription>() }
    this.byKey.set(keyOf(view), group)
    const { id } = view.collection
    const shelf = this.shelves.get(id) ?? { whole: new Set(), byRecord: new Map() }
    this.shelves.set(id, shelf)
    if (view.record === undefined) shelf.whole.add(group)
    else shelf.byRecord.set(view.record, (shelf.byRecord.get(view.record) ?? new Set()).add(group))
    return group
  }

  private takeOff(group: Group): void {
    const { collection, record } = group.view
    const shelf = this.shelves.get(collection.id)
    shelf?.whole.delete(group)
    if (record === undefined) return
    const others = shelf?.byRecord.get(record)
    others?.delete(group)
    if (others?.size === 0) shelf?.byRecord.delete(record)
  }
}
