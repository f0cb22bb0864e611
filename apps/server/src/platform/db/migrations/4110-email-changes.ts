import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Changes of e-mail addresses that wait for their proofs. */
export class emailChanges0000000004110 implements MigrationInterface {
  readonly name = 'emailChanges0000000004110'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(createTable)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table holdfast.email_changes')
  }
}

const createTable = `
  create table holdfast.email_changes (
    -- The latest one counts.
    user_id uuid primary key,
    id uuid not null unique,
    -- The address as it was; null where there was none.
    old_email text,
    new_email text not null,
    waits_for_old boolean not null,
    waits_for_new boolean not null default true,
    -- The session that asked: it outlives the change.
    session_id uuid not null,
    expires_at timestamptz not null)`
