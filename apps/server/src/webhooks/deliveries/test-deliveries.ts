import { setTimeout as sleep } from 'node:timers/promises'
import type { DeliveryAttempt, WebhookPayload } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import { newId } from '../../lib/index.js'
import { Database } from '../../platform/db/index.js'
import type { StoredWebhook } from '../endpoints/webhook.js'
import { DeliverySender } from './delivery-sender.js'
import { SigningSecrets } from './signing-secrets.js'

/** Where nobody answered, the caller hears of it no sooner: how fast a call fails tells what stands at the address. */
const leastMs = 1000

/** Events that admins send to see whether a receiver works. */
@Injectable()
export class TestDeliveries {
  constructor(
    private readonly db: Database,
    private readonly sender: DeliverySender,
    private readonly secrets: SigningSecrets,
  ) {}

  /** One attempt, made now; it stands in the log of deliveries. */
  async send({ id: webhook, url }: StoredWebhook): Promise<DeliveryAttempt> {
    const id = newId()
    const payload: WebhookPayload = {
      type: 'test',
      timestamp: new Date().toISOString(),
      data: { record: { id, message: 'This is a test of your webhook' } },
    }
    const body = JSON.stringify(payload)
    const secrets = await this.secrets.live(this.db, webhook)
    const patience = sleep(leastMs)
    const { attempt, outcome } = await this.sender.send({ id, url, body, secrets })
    if (attempt.status === null) await patience
    const state = outcome === 'delivered' ? 'delivered' : 'failed'
    await this.db.run({ text: insert, values: [id, webhook, body, state, JSON.stringify([attempt])] })
    return attempt
  }
}

/** Nothing is kept of a webhook that was deleted meanwhile. */
const insert = `
  insert into holdfast.webhook_deliveries (id, webhook, event, payload, state, tries, attempts)
  select $1, w.id, 'test', $3, $4, 1, $5 from holdfast.webhooks w where w.id = $2`
