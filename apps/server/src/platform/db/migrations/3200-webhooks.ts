import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Webhooks, their signing secrets and what they deliver; and the key under which such secrets are encrypted. */
export class webhooks0000000003200 implements MigrationInterface {
  readonly name = 'webhooks0000000003200'

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table holdfast.webhook_deliveries, holdfast.webhook_secrets, holdfast.webhooks')
    await runner.query('drop table holdfast.secret_key')
  }
}

const statements = [
  // Used where SECRET_KEY is not set.
  'create table holdfast.secret_key (singleton boolean primary key default true check (singleton), secret bytea not null)',

  // `from_cursor` is the end of the log when the webhook was enabled. `revision` counts what an admin changes. The last three
  // columns say how the receiver is doing.
  `create table holdfast.webhooks (
     id uuid primary key,
     url text not null,
     description text,
     collection uuid not null,
     events text[] not null,
     filter json,
     fields text[],
     ordered boolean not null default false,
     enabled boolean not null default true,
     disabled_reason text,
     created_at timestamptz not null default now(),
     revision int not null default 1,
     from_cursor json not null,
     failures int not null default 0,
     failing_since timestamptz,
     paused_until timestamptz)`,

  `create table holdfast.webhook_secrets (
     id uuid primary key,
     webhook uuid not null references holdfast.webhooks on delete cascade,
     secret text not null,
     hint text not null,
     created_at timestamptz not null default now(),
     expires_at timestamptz)`,
  'create index webhook_secrets_webhook on holdfast.webhook_secrets (webhook)',

  // `position` is that of the change in the log, null for a test. `tries` are the attempts since it was (re)sent last.
  `create table holdfast.webhook_deliveries (
     id uuid primary key,
     webhook uuid not null references holdfast.webhooks on delete cascade,
     position bigint,
     record uuid,
     event text not null,
     payload text not null,
     state text not null default 'pending',
     created_at timestamptz not null default now(),
     next_attempt_at timestamptz,
     tries int not null default 0,
     attempts jsonb not null default '[]',
     claimed_by uuid,
     claimed_until timestamptz,
     unique (webhook, position))`,
  `create index webhook_deliveries_due on holdfast.webhook_deliveries (webhook, next_attempt_at, position)
     where state = 'pending'`,
  `create index webhook_deliveries_waiting on holdfast.webhook_deliveries (webhook, record, position)
     where state = 'pending'`,
  'create index webhook_deliveries_listed on holdfast.webhook_deliveries (webhook, id)',
  'create index webhook_deliveries_created_at on holdfast.webhook_deliveries (created_at)',
]
