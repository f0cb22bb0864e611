import type { MigrationInterface, QueryRunner } from 'typeorm'

/** API keys, what they are limited to, invitations, and a record of every time an admin acted as somebody else. */
export class keys0000000004400 implements MigrationInterface {
  readonly name = 'keys0000000004400'

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'drop table holdfast.impersonations, holdfast.invites, holdfast.api_key_roles, holdfast.api_keys',
    )
    await runner.query('drop function holdfast.signal_api_key, holdfast.signal_api_key_role')
    await runner.query('drop trigger keep_an_admin on holdfast.accounts')
    await runner.query('drop trigger signal_insert on holdfast.accounts')
    await runner.query('alter table holdfast.accounts drop column name')
    await runner.query('alter table holdfast.sessions drop column country, drop column city')
  }
}

const statements = [
  `create table holdfast.api_keys (
     id uuid primary key,
     name text not null,
     publishable boolean not null,
     -- The user the key acts as. Without one it acts as nobody, with roles of its own.
     user_id uuid,
     -- SHA-256 of the secret part, which has 256 random bits. The one of before a rotation is good for a while.
     secret_hash bytea not null,
     previous_hash bytea,
     previous_until timestamptz,
     -- Null: not limited. Collections by their ids, so that a name that is given away opens nothing.
     collections uuid[],
     actions text[],
     addresses text[],
     origins text[],
     created_at timestamptz not null default now(),
     created_by uuid,
     expires_at timestamptz,
     last_used_at timestamptz)`,
  'create index api_keys_user_id on holdfast.api_keys (user_id) where user_id is not null',

  `create table holdfast.api_key_roles (
     key_id uuid not null references holdfast.api_keys on delete cascade,
     role text not null references holdfast.roles on delete cascade,
     primary key (key_id, role))`,
  'create index api_key_roles_role on holdfast.api_key_roles (role)',

  // Signalled by the database itself, as with sessions. When a key was last used is no change of it.
  `create function holdfast.signal_api_key() returns trigger language plpgsql as $$
   begin
     perform pg_notify('holdfast', 'auth ' || old.id);
     return null;
   end $$`,
  `create trigger signal_change
   after delete or update of publishable, user_id, secret_hash, previous_hash, previous_until, collections, actions, addresses, origins, expires_at
   on holdfast.api_keys for each row execute function holdfast.signal_api_key()`,
  `create function holdfast.signal_api_key_role() returns trigger language plpgsql as $$
   begin
     perform pg_notify('holdfast', 'auth ' || coalesce(new.key_id, old.key_id));
     return null;
   end $$`,
  `create trigger signal_change after insert or update or delete on holdfast.api_key_roles for each row
   execute function holdfast.signal_api_key_role()`,

  // An invitation is good while its secret in one_time_secrets is.
  `create table holdfast.invites (
     id uuid primary key,
     email text not null,
     roles text[] not null,
     created_at timestamptz not null default now(),
     created_by uuid,
     expires_at timestamptz not null,
     accepted_at timestamptz)`,
  'create index invites_open on holdfast.invites (id) where accepted_at is null',

  // Outlives the sessions: who acted as whom stays known.
  `create table holdfast.impersonations (
     id uuid primary key,
     user_id uuid not null,
     admin_id uuid not null,
     -- As it was then.
     admin_email text,
     session_id uuid not null,
     reason text not null,
     started_at timestamptz not null default now())`,
  'create index impersonations_user_id on holdfast.impersonations (user_id, started_at desc)',
  'create index impersonations_session_id on holdfast.impersonations (session_id)',

  // What service accounts are called, which have no address.
  'alter table holdfast.accounts add column name text',
  `create trigger signal_insert after insert on holdfast.accounts for each row
   when (new.disabled_at is not null) execute function holdfast.signal_account()`,

  // Where a session was opened, as the proxy in front told.
  'alter table holdfast.sessions add column country text, add column city text',

  // An admin who is disabled, or a program, cannot run the server: one who can stays.
  `create or replace function holdfast.keep_an_admin() returns trigger language plpgsql as $$
   begin
     if tg_table_name = 'accounts' then
       if not exists (select from holdfast.user_roles where user_id = new.user_id and role = 'admin') then
         return null;
       end if;
     end if;
     perform pg_advisory_xact_lock(4400011);
     if not exists (
       select from holdfast.user_roles r left join holdfast.accounts a on a.user_id = r.user_id
       where r.role = 'admin' and a.disabled_at is null and a.kind is distinct from 'service') then
       raise exception 'the last admin cannot lose the role' using errcode = 'HFADM';
     end if;
     return null;
   end $$`,
  `create trigger keep_an_admin after insert or update of disabled_at on holdfast.accounts for each row
   when (new.disabled_at is not null) execute function holdfast.keep_an_admin()`,
]
