import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Kinds of channels, as admins define them. Who is in a channel is nowhere stored. */
export class channels0000000003100 implements MigrationInterface {
  readonly name = 'channels0000000003100'

  async up(runner: QueryRunner): Promise<void> {
    // By the id of the collection a channel outlives a new name of it, and closes when it is dropped.
    await runner.query(`
      create table holdfast.channels (
        name text primary key,
        collection uuid,
        definition json not null)`)
    await runner.query('create unique index channels_lower_name on holdfast.channels (lower(name))')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table holdfast.channels')
  }
}
