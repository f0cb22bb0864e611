import { Injectable, type OnApplicationBootstrap } from '@nestjs/common'
import type { Change } from '../../changes/index.js'
import { Database, findTextOrder } from '../../platform/db/index.js'
import { LiveRecords } from '../../records/index.js'
import type { Court } from './judge-changes.js'
import { PageStates } from './page-states.js'
import { Turn } from './turn.js'

/** Has ready what judging needs. */
@Injectable()
export class Courts implements OnApplicationBootstrap {
  private texts: Court['texts']

  constructor(
    private readonly db: Database,
    private readonly live: LiveRecords,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.texts = await findTextOrder(this.db)
  }

  /** For one stretch of work, which gives others their turn. */
  open(): Court {
    return { live: this.live, texts: this.texts, turn: new Turn() }
  }

  statesOf(changes: readonly Change[]): PageStates {
    return new PageStates(changes, this.live)
  }
}
