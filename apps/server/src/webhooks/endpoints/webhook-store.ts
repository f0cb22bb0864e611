import type { ChangeCursor } from '../../changes/index.js'
import type { Executor } from '../../platform/db/index.js'
import type { StoredWebhook, WebhookValues } from './webhook.js'

/** It is about changes after the cursor. */
export async function insertWebhook(
  tx: Executor,
  id: string,
  values: WebhookValues,
  from: ChangeCursor,
): Promise<void> {
  await tx.run({ text: insert, values: [id, ...valuesOf(values), JSON.stringify(from)] })
}

export async function updateWebhook(tx: Executor, id: string, values: WebhookValues): Promise<void> {
  await tx.run({ text: update, values: [id, ...valuesOf(values)] })
  if (!values.ordered) await tx.run({ text: release, values: [id] })
}

/** Forgets how the receiver was doing. */
export async function forgetFailures(tx: Executor, id: string): Promise<void> {
  await tx.run({ text: forget, values: [id] })
}

/** Enabled again, it is about changes after the cursor. */
export async function enableFrom(tx: Executor, id: string, from: ChangeCursor): Promise<void> {
  const text = 'update holdfast.webhooks set from_cursor = $2, disabled_reason = null where id = $1'
  await tx.run({ text, values: [id, JSON.stringify(from)] })
}

/** True when it was there. */
export async function deleteWebhook(tx: Executor, id: string): Promise<boolean> {
  const { rowCount } = await tx.run({ text: 'delete from holdfast.webhooks where id = $1', values: [id] })
  return rowCount === 1
}

export async function findWebhook(db: Executor, id: string, lock = false): Promise<StoredWebhook | undefined> {
  const { rows } = await db.run({ text: `${select} where w.id = $1${lock ? ' for no key update' : ''}`, values: [id] })
  return rows[0] && toWebhook(rows[0])
}

/** The newest first. */
export async function listWebhooks(db: Executor, limit: number, after: string | undefined): Promise<StoredWebhook[]> {
  const text = `${select} where $2::uuid is null or w.id < $2 order by w.id desc limit $1`
  const { rows } = await db.run({ text, values: [limit, after ?? null] })
  return rows.map(toWebhook)
}

export async function listEnabled(db: Executor): Promise<StoredWebhook[]> {
  const { rows } = await db.run({ text: `${select} where w.enabled order by w.id`, values: [] })
  return rows.map(toWebhook)
}

/** True when it was enabled until now. */
export async function markDisabled(tx: Executor, id: string, reason: string): Promise<boolean> {
  const text = 'update holdfast.webhooks set enabled = false, disabled_reason = $2 where id = $1 and enabled'
  return (await tx.run({ text, values: [id, reason] })).rowCount === 1
}

const valuesOf = (values: WebhookValues): unknown[] => [
  values.url,
  values.description,
  values.collectionId,
  values.events,
  values.filter && JSON.stringify(values.filter),
  values.fields,
  values.ordered,
  values.enabled,
]

const insert = `
  insert into holdfast.webhooks (id, url, description, collection, events, filter, fields, ordered, enabled, from_cursor)
  values ($1, $2, $3, $4, $5::text[], $6, $7::text[], $8, $9, $10)`
const update = `
  update holdfast.webhooks set url = $2, description = $3, collection = $4, events = $5::text[], filter = $6,
    fields = $7::text[], ordered = $8, enabled = $9, revision = revision + 1 where id = $1`
const forget = `
  update holdfast.webhooks set failures = 0, failing_since = null, paused_until = null where id = $1`
const release = `
  update holdfast.webhook_deliveries set next_attempt_at = now()
  where webhook = $1 and state = 'pending' and next_attempt_at is null`

const select = `
  select w.id, w.url, w.description, w.collection, to_json(w.events), w.filter, to_json(w.fields), w.ordered, w.enabled,
    w.disabled_reason, to_char(w.created_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), w.from_cursor, w.revision,
    (select coalesce(json_agg(s.hint order by s.id desc), '[]') from holdfast.webhook_secrets s
     where s.webhook = w.id and (s.expires_at is null or s.expires_at > now()))
  from holdfast.webhooks w`

function toWebhook(row: unknown[]): StoredWebhook {
  const [id, url, description, collectionId, events, filter, fields, ordered, enabled, disabledReason, ...rest] = row
  const [createdAt, from, revision, hints] = rest
  const read = (value: unknown): unknown => (value === null ? null : JSON.parse(value as string))
  return {
    ...{ id, url, description, collectionId, ordered, enabled, disabledReason, createdAt, revision },
    from: read(from),
    events: read(events),
    filter: read(filter),
    fields: read(fields),
    secretHints: read(hints),
  } as StoredWebhook
}
