import type { MigrationInterface, QueryRunner } from 'typeorm'

/** How grids of records look, kept by admins under a name. */
export class savedViews0000000005000 implements MigrationInterface {
  readonly name = 'savedViews0000000005000'

  async up(runner: QueryRunner): Promise<void> {
    // `owner` is a user, or a key that belongs to none.
    await runner.query(
      `create table holdfast.saved_views (
         id uuid primary key,
         collection uuid not null references holdfast.collections on delete cascade,
         owner uuid not null,
         name text not null,
         shared boolean not null,
         is_default boolean not null,
         look json not null,
         created_at timestamptz not null default now())`,
    )
    await runner.query('create index saved_views_collection on holdfast.saved_views (collection)')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table holdfast.saved_views')
  }
}
