import { Injectable } from '@nestjs/common'
import { Signals } from '../platform/db/index.js'

/**
 * Whether this node should be sent requests. It listens only once the system schema is migrated and the collections are loaded,
 * so what is left to know is whether PostgreSQL answers (the heartbeat of the signals tells, without a query of ours) and
 * whether the node is about to stop.
 */
@Injectable()
export class Readiness {
  private draining = false

  constructor(private readonly signals: Signals) {}

  get ready(): boolean {
    return !this.draining && this.signals.healthy
  }

  /** The node is about to stop: load balancers send their requests elsewhere from now on. */
  drain(): void {
    this.draining = true
  }
}
