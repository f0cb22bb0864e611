import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Anonymous users are looked through by a job; messages to phones are counted by the day, since they cost money. */
export class people0000000004800 implements MigrationInterface {
  readonly name = 'people0000000004800'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create index accounts_anonymous on holdfast.accounts (user_id) where kind = 'anonymous'`)
    await runner.query('create table holdfast.phone_messages (day date primary key, sent int not null default 1)')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table holdfast.phone_messages')
    await runner.query('drop index holdfast.accounts_anonymous')
  }
}
