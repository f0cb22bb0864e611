import { Injectable, type OnModuleDestroy } from '@nestjs/common'
import { Database } from '../../platform/db/index.js'
import { Log } from '../../platform/log/index.js'
import { BoundedMap } from '../bounded-map.js'

const pauseMs = 60_000
const gatherMs = 1000
const remembered = 20_000

/** Notes when keys were last used, each once a minute at the most, and never while a request waits for it. */
@Injectable()
export class KeyUses implements OnModuleDestroy {
  private readonly notedAtMs = new BoundedMap<string, number>(remembered)
  private readonly pending = new Set<string>()
  private timer: NodeJS.Timeout | undefined

  constructor(
    private readonly db: Database,
    private readonly log: Log,
  ) {}

  note(keyId: string): void {
    const nowMs = Date.now()
    if (nowMs - (this.notedAtMs.get(keyId) ?? 0) < pauseMs) return
    this.notedAtMs.set(keyId, nowMs)
    this.pending.add(keyId)
    this.timer ??= setTimeout(() => void this.write(), gatherMs).unref()
  }

  async onModuleDestroy(): Promise<void> {
    if (this.pending.size > 0) await this.write()
  }

  private async write(): Promise<void> {
    clearTimeout(this.timer)
    this.timer = undefined
    const ids = [...this.pending]
    this.pending.clear()
    try {
      await this.db.run({ text: noteUses, values: [ids] })
    } catch (error) {
      this.log.warn({ err: error }, 'when API keys were last used could not be noted')
    }
  }
}

const noteUses = 'update holdfast.api_keys set last_used_at = now() where id = any($1::uuid[])'
