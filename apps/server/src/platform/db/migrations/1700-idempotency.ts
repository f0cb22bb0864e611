import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Answers of requests that had an Idempotency-Key, written in the transactions of what they answer. */
export class idempotency0000000001700 implements MigrationInterface {
  readonly name = 'idempotency0000000001700'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table holdfast.kept_answers (
        key_hash bytea primary key,
        request_hash bytea not null,
        kept_at timestamptz not null default now(),
        status int2 not null,
        headers text not null,
        body text)`)
    await runner.query('create index kept_answers_kept_at on holdfast.kept_answers (kept_at)')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table holdfast.kept_answers')
  }
}
