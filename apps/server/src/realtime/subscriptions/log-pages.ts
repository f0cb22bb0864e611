import { Injectable, type OnApplicationShutdown } from '@nestjs/common'
import { type ChangeCursor, type ChangePage, ChangeTailer, covers, hasRead, type Sight } from '../../changes/index.js'

/** Gets a page of the log; `isLeft` once all have gone: what was still being told is for nobody who came later. */
export type PageTaker = (page: ChangePage, isLeft: () => boolean) => Promise<void>

/** The pages of the log as this node tells them, one by one, and how far it has come. */
@Injectable()
export class LogPages implements OnApplicationShutdown {
  /** Where it stands; while a page is being told, before that page. */
  position: ChangeCursor | undefined
  /** Pages so far. */
  count = 0
  private unfollow: (() => void) | undefined
  /** Ends with the page that is being told, or the next one. */
  private paging = Promise.withResolvers<void>()
  private taking = false
  /** Counts the times it was left. */
  private generation = 0

  constructor(private readonly tailer: ChangeTailer) {}

  onApplicationShutdown(): void {
    this.unfollow?.()
  }

  /** Begins where the log ends now, unless it is followed already. */
  follow(take: PageTaker): void {
    this.unfollow ??= this.begin(take)
  }

  /** There is nobody to tell. */
  leave(): void {
    this.unfollow?.()
    this.unfollow = undefined
    this.generation += 1
    this.position = undefined
    this.turn()
  }

  /** Resolves once another page has been told. */
  next(): Promise<void> {
    this.tailer.look()
    return this.paging.promise
  }

  /** Nothing is being told, and it stands at a place that a snapshot knows. */
  get isBetween(): boolean {
    return !this.taking && this.position !== undefined && this.position.round === undefined
  }

  /** Had it read all that a snapshot sees? */
  hasReached(sight: Sight): boolean {
    return this.isBetween && covers(this.position!, sight)
  }

  private begin(take: PageTaker): () => void {
    let following = true
    const { generation } = this
    const stop = this.tailer.follow(async (page) => {
      if (!following) return
      this.taking = true
      this.count += 1
      await take(this.withoutKnown(page), () => generation !== this.generation)
      if (!following) return
      this.taking = false
      this.position = page.next
      this.turn()
    })
    return () => {
      following = false
      this.taking = false
      stop()
    }
  }

  /** A page is read again when somebody else who follows the log failed on it. */
  private withoutKnown(page: ChangePage): ChangePage {
    const { position } = this
    return position ? { ...page, changes: page.changes.filter((change) => !hasRead(position, change)) } : page
  }

  /** Lets those go on who waited for the end of a page. */
  private turn(): void {
    const { resolve } = this.paging
    this.paging = Promise.withResolvers()
    resolve()
  }
}
