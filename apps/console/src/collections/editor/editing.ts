import type { CollectionDefinition } from '@holdfast/contract'
import type { Draft } from '../draft/draft'
import type { Problems } from './use-problems'

/** What every tab of the editor works with. */
export interface Editing {
  readonly draft: Draft
  change(draft: Draft): void
  readonly problems: Problems
  /** Every collection as the server has it. */
  readonly all: readonly CollectionDefinition[]
  /** This one as the server has it; without an id when it is new. */
  readonly base: CollectionDefinition
}
