import { Injectable, type OnApplicationBootstrap } from '@nestjs/common'
import { holderOf, type Principal } from '../../auth/index.js'
import { RecordDatabase } from '../../platform/db/index.js'
import { expansionBinding, sealPositions } from '../expand/expand-meta.js'
import type { Position } from '../read/selection.js'
import { CursorCodec } from './cursor-codec.js'

/** Makes and opens cursors of one caller, with the key that all nodes share. What one caller was given is of no use to another. */
@Injectable()
export class Cursors implements OnApplicationBootstrap {
  private codec!: CursorCodec

  constructor(private readonly db: RecordDatabase) {}

  async onApplicationBootstrap(): Promise<void> {
    const { rows } = await this.db.run({ text: `select encode(secret, 'hex') from holdfast.cursor_key`, values: [] })
    this.codec = new CursorCodec(Buffer.from(rows[0]![0] as string, 'hex'))
  }

  /** `key` says what list the position is in. */
  make(position: Position, principal: Principal, key: string): string {
    return this.codec.encode(position, bindingOf(principal, key))
  }

  /** @throws invalid_cursor for one that is damaged, or was given to another caller or for another list */
  open(cursor: string, principal: Principal, key: string): Position {
    return this.codec.decode(cursor, bindingOf(principal, key))
  }

  /** The same for the records behind a relation of one record. */
  openExpanded(cursor: string, principal: Principal, key: string, parentId: string): Position {
    return this.open(cursor, principal, expansionBinding(key, parentId))
  }

  /** Makes the positions in expanded relations cursors. */
  seal(json: string, principal: Principal): string {
    return sealPositions(json, (position, key) => this.make(position, principal, key))
  }
}

const bindingOf = (principal: Principal, key: string): string => `${holderOf(principal)}\n${key}`
