import type { MigrationInterface, QueryRunner } from 'typeorm'

/** What admins did. Lines are written once; only retention takes old ones away, and says so to the database before. */
export class audit0000000005200 implements MigrationInterface {
  readonly name = 'audit0000000005200'

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table holdfast.audit')
    await runner.query('drop function holdfast.keep_audit')
  }
}

const statements = [
  `create table holdfast.audit (
     id bigint generated always as identity primary key,
     at timestamptz not null default now(),
     action text not null,
     actor_id uuid,
     actor_email text,
     key_id uuid,
     acting_as_id uuid,
     method text not null,
     route text not null,
     target text,
     paths text[] not null,
     address text,
     user_agent text,
     request_id text not null,
     status smallint not null,
     error_code text)`,
  'create index audit_action on holdfast.audit (action, id)',
  'create index audit_actor on holdfast.audit (actor_id, id) where actor_id is not null',
  'create index audit_target on holdfast.audit (target, id) where target is not null',
  `create function holdfast.keep_audit() returns trigger language plpgsql as $$
   begin
     if current_setting('holdfast.trims_audit', true) = 'on' and tg_op = 'DELETE' then return old; end if;
     raise exception 'Lines of the audit log are kept as they were written';
   end $$`,
  `create trigger keep before update or delete on holdfast.audit for each row execute function holdfast.keep_audit()`,
  `create trigger keep_all before truncate on holdfast.audit execute function holdfast.keep_audit()`,
]
