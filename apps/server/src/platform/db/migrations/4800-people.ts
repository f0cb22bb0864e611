import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Anonymous users are looked through by a job. */
export class people0000000004800 implements MigrationInterface {
  readonly name = 'people0000000004800'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create index accounts_anonymous on holdfast.accounts (user_id) where kind = 'anonymous'`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index holdfast.accounts_anonymous')
  }
}
