import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Texts of mails that admins wrote in the place of the built-in ones. */
export class mailTemplates0000000004100 implements MigrationInterface {
  readonly name = 'mailTemplates0000000004100'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(createTable)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table holdfast.mail_templates')
  }
}

const createTable = `
  create table holdfast.mail_templates (
    kind text not null,
    -- BCP 47.
    language text not null,
    subject text not null,
    body text not null,
    html text,
    changed_at timestamptz not null default now(),
    primary key (kind, language))`
