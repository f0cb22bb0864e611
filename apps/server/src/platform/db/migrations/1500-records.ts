import type { MigrationInterface, QueryRunner } from 'typeorm'

/** What record statements call on, and the key that signs cursors: every node must know cursors of the others. */
export class records0000000001500 implements MigrationInterface {
  readonly name = 'records0000000001500'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create function holdfast.require_reference(ok boolean, field text) returns boolean
      language plpgsql as $$
      begin
        if ok is not true then
          raise exception 'a relation points at a record that is not there' using errcode = 'HF409', detail = field;
        end if;
        return true;
      end $$`)
    await runner.query(`create table holdfast.cursor_key (secret bytea not null)`)
    await runner.query(
      `insert into holdfast.cursor_key values
       (decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'))`,
    )
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table holdfast.cursor_key')
    await runner.query('drop function holdfast.require_reference(boolean, text)')
  }
}
