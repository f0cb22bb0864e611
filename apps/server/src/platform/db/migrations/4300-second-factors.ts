import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Recovery codes, and the end of sessions whose user must have a second factor from now on. */
export class secondFactors0000000004300 implements MigrationInterface {
  readonly name = 'secondFactors0000000004300'

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table holdfast.recovery_codes')
    await runner.query('drop trigger end_sessions on holdfast.roles')
    await runner.query('drop trigger end_sessions on holdfast.user_roles')
    await runner.query('drop function holdfast.end_sessions_of_role, holdfast.end_sessions_of_user')
  }
}

// An admin who acts as a user has proven a second factor as who they are.
const end = (users: string): string => `
  update holdfast.sessions set revoked_at = now()
  where user_id ${users} and second_factor_at is null and acting_session_id is null and revoked_at is null`

const statements = [
  // A code that was used is no more.
  `create table holdfast.recovery_codes (
     user_id uuid not null,
     hash bytea not null,
     created_at timestamptz not null default now(),
     primary key (user_id, hash))`,

  // By the database itself, so that no way of giving a role or changing one goes past it.
  `create function holdfast.end_sessions_of_role() returns trigger language plpgsql as $$
   begin
     ${end('in (select user_id from holdfast.user_roles where role = new.name)')};
     return null;
   end $$`,
  `create trigger end_sessions after update of second_factor on holdfast.roles for each row
   when (new.second_factor and not old.second_factor) execute function holdfast.end_sessions_of_role()`,
  `create function holdfast.end_sessions_of_user() returns trigger language plpgsql as $$
   begin
     if exists (select from holdfast.roles where name = new.role and second_factor) then
       ${end('= new.user_id')};
     end if;
     return null;
   end $$`,
  `create trigger end_sessions after insert or update on holdfast.user_roles for each row
   execute function holdfast.end_sessions_of_user()`,
]
