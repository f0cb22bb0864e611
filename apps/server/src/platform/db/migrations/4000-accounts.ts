import type { MigrationInterface, QueryRunner } from 'typeorm'

/** What is known of a user beside the record: proven addresses, factors, secrets good for one use; how sessions were proven; settings. */
export class accounts0000000004000 implements MigrationInterface {
  readonly name = 'accounts0000000004000'

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'drop table holdfast.settings, holdfast.code_tries, holdfast.one_time_secrets, holdfast.factors, holdfast.accounts',
    )
    await runner.query('drop function holdfast.signal_account, holdfast.signal_setting')
    await runner.query('alter table holdfast.roles drop column second_factor')
    await runner.query(`alter table holdfast.sessions
      drop column methods, drop column proven_at, drop column second_factor_at, drop column transport, drop column acting_session_id, drop column team_id`)
  }
}

const statements = [
  // A user without a row here is a person who has proven no address and is not disabled.
  `create table holdfast.accounts (
     user_id uuid primary key,
     kind text not null default 'person' check (kind in ('person', 'anonymous', 'service')),
     -- The address that was proven. It counts while it is the one of the record.
     verified_email text,
     verified_at timestamptz,
     -- E.164. Only proven numbers stand here.
     phone text unique,
     disabled_at timestamptz,
     -- BCP 47, for mails.
     locale text)`,

  `create table holdfast.factors (
     id uuid primary key,
     user_id uuid not null,
     kind text not null check (kind in ('totp', 'passkey')),
     name text not null,
     created_at timestamptz not null default now(),
     confirmed_at timestamptz,
     last_used_at timestamptz,
     -- TOTP: the secret, encrypted, and the last time step that was taken.
     secret text,
     last_step bigint,
     -- Passkeys: what the authenticator registered.
     credential_id bytea unique,
     public_key bytea,
     sign_count bigint,
     details jsonb)`,
  'create index factors_user_id on holdfast.factors (user_id)',

  `create table holdfast.one_time_secrets (
     id uuid primary key,
     purpose text not null,
     hash bytea not null,
     user_id uuid,
     -- What the secret was made for: an e-mail address, a phone number, a browser.
     subject text,
     -- Encrypted: what happens once it is shown.
     details text,
     attempts_left smallint not null default 1,
     created_at timestamptz not null default now(),
     expires_at timestamptz not null)`,
  'create unique index one_time_secrets_hash on holdfast.one_time_secrets (purpose, hash) where subject is null',
  'create index one_time_secrets_subject on holdfast.one_time_secrets (purpose, subject) where subject is not null',
  'create index one_time_secrets_user_id on holdfast.one_time_secrets (user_id)',
  'create index one_time_secrets_expires_at on holdfast.one_time_secrets (expires_at)',

  // Wrong codes, counted apart from the codes: asking for new ones does not begin anew.
  `create table holdfast.code_tries (
     purpose text not null,
     subject text not null,
     tries smallint not null default 1,
     since timestamptz not null default now(),
     primary key (purpose, subject))`,

  `alter table holdfast.sessions
     -- How the user proved who they are, when, and when a second factor was last proven.
     add column methods text[] not null default '{pwd}',
     add column proven_at timestamptz not null default now(),
     add column second_factor_at timestamptz,
     add column transport text not null default 'bearer' check (transport in ('bearer', 'cookie')),
     -- Impersonation: the session of the admin who acts as the user. It ends with that one.
     add column acting_session_id uuid references holdfast.sessions on delete cascade,
     add column team_id uuid`,
  'create index sessions_acting_session_id on holdfast.sessions (acting_session_id) where acting_session_id is not null',

  'alter table holdfast.roles add column second_factor boolean not null default false',

  `create table holdfast.settings (
     section text primary key,
     value jsonb not null,
     changed_at timestamptz not null default now())`,

  `create function holdfast.signal_account() returns trigger language plpgsql as $$
   begin
     perform pg_notify('holdfast', 'auth ' || coalesce(new.user_id, old.user_id));
     return null;
   end $$`,
  `create trigger signal_change after update or delete on holdfast.accounts for each row
   execute function holdfast.signal_account()`,
  `create trigger signal_change after update of proven_at, second_factor_at, team_id on holdfast.sessions for each row
   execute function holdfast.signal_user()`,

  `create function holdfast.signal_setting() returns trigger language plpgsql as $$
   begin
     perform pg_notify('holdfast', 'settings ' || coalesce(new.section, old.section));
     return null;
   end $$`,
  `create trigger signal_change after insert or update or delete on holdfast.settings for each row
   execute function holdfast.signal_setting()`,
]
