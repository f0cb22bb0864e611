import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Who users are at other providers. */
export class identities0000000004200 implements MigrationInterface {
  readonly name = 'identities0000000004200'

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table holdfast.seen_assertions, holdfast.identities')
    await runner.query('drop function holdfast.take_roles_of_identity')
  }
}

const statements = [
  `create table holdfast.identities (
     id uuid primary key,
     user_id uuid not null,
     -- The id of the provider in the settings. Who somebody is says the issuer: providers can be renamed.
     provider text not null,
     issuer text not null,
     subject text not null,
     -- What the provider said at the last sign-in. It is never looked up by this.
     email text,
     -- Encrypted: tokens of the provider.
     tokens text,
     -- Roles that the user has by what the provider says, and not otherwise.
     roles text[] not null default '{}',
     created_at timestamptz not null default now(),
     last_used_at timestamptz not null default now(),
     unique (issuer, subject))`,
  'create index identities_user_id on holdfast.identities (user_id)',

  // Whoever loses the identity loses what it gave, however it is removed.
  `create function holdfast.take_roles_of_identity() returns trigger language plpgsql as $$
   begin
     delete from holdfast.user_roles where user_id = old.user_id and role = any (old.roles);
     return null;
   end $$`,
  `create trigger take_roles after delete on holdfast.identities for each row
   execute function holdfast.take_roles_of_identity()`,

  // Signed statements of providers that were shown once, until they are too old to be shown again.
  `create table holdfast.seen_assertions (
     hash bytea primary key,
     expires_at timestamptz not null)`,
  'create index seen_assertions_expires_at on holdfast.seen_assertions (expires_at)',
]
