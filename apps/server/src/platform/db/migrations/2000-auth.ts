import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * Who may sign in and what they are: keys, sessions, credentials, roles. The tables refer to `public.users`, which the
 * collections build later in the start; `accounts/` then adds the foreign keys.
 */
export class auth0000000002000 implements MigrationInterface {
  readonly name = 'auth0000000002000'

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table holdfast.setup_tokens, holdfast.credentials, holdfast.user_roles, holdfast.roles,
      holdfast.refresh_tokens, holdfast.sessions, holdfast.signing_keys`)
    await runner.query('drop function holdfast.signal_user, holdfast.signal_keys, holdfast.keep_an_admin')
  }
}

const statements = [
  `create table holdfast.signing_keys (
     id uuid primary key,
     private_jwk jsonb not null,
     created_at timestamptz not null default now())`,

  `create table holdfast.sessions (
     id uuid primary key,
     user_id uuid not null,
     created_at timestamptz not null default now(),
     last_used_at timestamptz not null default now(),
     expires_at timestamptz not null,
     revoked_at timestamptz,
     user_agent text,
     address text not null)`,
  'create index sessions_user_id on holdfast.sessions (user_id, id)',
  'create index sessions_expires_at on holdfast.sessions (expires_at)',
  'create index sessions_revoked_at on holdfast.sessions (revoked_at) where revoked_at is not null',

  `create table holdfast.refresh_tokens (
     hash bytea primary key,
     session_id uuid not null references holdfast.sessions on delete cascade,
     seed bytea not null,
     created_at timestamptz not null default now(),
     rotated_at timestamptz)`,
  'create index refresh_tokens_session_id on holdfast.refresh_tokens (session_id)',

  `create table holdfast.roles (
     name text primary key,
     description text,
     created_at timestamptz not null default now())`,
  `insert into holdfast.roles (name, description) values ('admin', 'Passes every rule and runs the server')`,

  `create table holdfast.user_roles (
     user_id uuid not null,
     role text not null references holdfast.roles on delete cascade,
     primary key (user_id, role))`,
  'create index user_roles_role on holdfast.user_roles (role)',

  `create table holdfast.credentials (
     user_id uuid primary key,
     password_hash text not null,
     changed_at timestamptz not null default now())`,

  `create table holdfast.setup_tokens (
     hash bytea primary key,
     expires_at timestamptz not null)`,

  // Signalled by the database itself, so that it also happens for a cascade, a restore and psql.
  `create function holdfast.signal_user() returns trigger language plpgsql as $$
   begin
     perform pg_notify('holdfast', 'auth ' || coalesce(new.user_id, old.user_id));
     return null;
   end $$`,
  `create trigger signal_end after update of revoked_at on holdfast.sessions for each row
   when (old.revoked_at is null and new.revoked_at is not null) execute function holdfast.signal_user()`,
  `create trigger signal_delete after delete on holdfast.sessions for each row
   when (old.revoked_at is null) execute function holdfast.signal_user()`,
  `create trigger signal_change after insert or update or delete on holdfast.user_roles for each row
   execute function holdfast.signal_user()`,

  `create function holdfast.signal_keys() returns trigger language plpgsql as $$
   begin
     perform pg_notify('holdfast', 'signing_keys changed');
     return null;
   end $$`,
  `create trigger signal_change after insert or update or delete on holdfast.signing_keys
   for each row execute function holdfast.signal_keys()`,

  // Whoever takes the role away from the last admin, by whatever way, is stopped here. The lock makes two who do it at the
  // same time see each other.
  `create function holdfast.keep_an_admin() returns trigger language plpgsql as $$
   begin
     perform pg_advisory_xact_lock(4400011);
     if not exists (select from holdfast.user_roles where role = 'admin') then
       raise exception 'the last admin cannot lose the role' using errcode = 'HFADM';
     end if;
     return null;
   end $$`,
  `create trigger keep_an_admin after update or delete on holdfast.user_roles for each row
   when (old.role = 'admin') execute function holdfast.keep_an_admin()`,
]
