import { Injectable } from '@nestjs/common'
import { type JobQueue, Jobs } from '../../jobs/index.js'
import { Database } from '../../platform/db/index.js'
import { Log } from '../../platform/log/index.js'
import { Mailer } from '../../platform/mail/index.js'
import { Activity } from '../fan-out/activity.js'
import { lockEnabling, stopIdleConsumer } from '../fan-out/consumer.js'
import { findWebhook, markDisabled } from './webhook-store.js'

/** Disables webhooks that cannot go on, and tells the admins. */
@Injectable()
export class Disabling {
  private readonly mails: JobQueue<{ webhook: string }>

  constructor(
    private readonly db: Database,
    private readonly activity: Activity,
    private readonly mailer: Mailer,
    private readonly log: Log,
    private readonly jobs: Jobs,
  ) {
    this.mails = jobs.define<{ webhook: string }>('webhooks.tellDisabled', {}, ({ data }) => this.tell(data.webhook))
  }

  /** Does nothing where it is disabled already. */
  async disable(id: string, reason: string): Promise<void> {
    // Inside of the transaction it would need more connections.
    await this.jobs.start()
    const disabled = await this.db.transaction(async (tx) => {
      await lockEnabling(tx)
      if (!(await markDisabled(tx, id, reason))) return false
      await stopIdleConsumer(tx)
      await this.mails.enqueue({ webhook: id }, { tx })
      return true
    })
    if (!disabled) return
    this.log.warn({ webhook: id, reason }, 'a webhook was disabled')
    await this.activity.announce()
  }

  private async tell(id: string): Promise<void> {
    const webhook = await findWebhook(this.db, id)
    if (!webhook?.disabledReason || !(await this.mailer.isConfigured())) return
    const { rows } = await this.db.run({ text: listAdmins, values: [] })
    const { host } = new URL(webhook.url)
    for (const [to] of rows as [string][])
      await this.mailer.send({
        to,
        subject: `A webhook to ${host} was disabled`,
        text: [
          `The webhook ${webhook.description ?? id} to ${host} was disabled: ${webhook.disabledReason}.`,
          'Deliveries that were not made yet wait until it is enabled again; changes from now on are not delivered.',
          `Enable it again by PATCH /api/v1/admin/webhooks/${id} {"enabled": true}.`,
        ].join('\n\n'),
      })
  }
}

const listAdmins = `
  select u.email from public.users u join holdfast.user_roles r on r.user_id = u.id where r.role = 'admin' order by u.id`
