import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Apps that sign people in by this server, and what the OpenID provider remembers of them. */
export class oidc0000000004610 implements MigrationInterface {
  readonly name = 'oidc0000000004610'

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table holdfast.oidc_artifacts, holdfast.oidc_clients')
  }
}

const statements = [
  `create table holdfast.oidc_clients (
     id uuid primary key,
     name text not null,
     -- Confidential clients keep a secret: SHA-256 of 256 random bits.
     kind text not null check (kind in ('confidential', 'public')),
     secret_hash text check ((kind = 'confidential') = (secret_hash is not null)),
     redirect_uris text[] not null check (cardinality(redirect_uris) > 0),
     post_logout_redirect_uris text[] not null default '{}',
     scopes text[] not null,
     trusted boolean not null default false,
     created_at timestamptz not null default now())`,

  // Sign-ins, consents, codes and tokens. What finds them is hashed, what they hold is encrypted.
  `create table holdfast.oidc_artifacts (
     model text not null,
     hash bytea not null,
     payload text not null,
     client_id uuid references holdfast.oidc_clients on delete cascade,
     user_id uuid,
     -- The session of this server by which somebody signed in: what hangs on it ends with it.
     session_id uuid references holdfast.sessions on delete cascade,
     grant_hash bytea,
     uid_hash bytea,
     consumed_at timestamptz,
     expires_at timestamptz not null,
     primary key (model, hash))`,
  'create index oidc_artifacts_grant_hash on holdfast.oidc_artifacts (grant_hash) where grant_hash is not null',
  'create index oidc_artifacts_uid_hash on holdfast.oidc_artifacts (uid_hash) where uid_hash is not null',
  'create index oidc_artifacts_client_id on holdfast.oidc_artifacts (client_id) where client_id is not null',
  'create index oidc_artifacts_session_id on holdfast.oidc_artifacts (session_id) where session_id is not null',
  'create index oidc_artifacts_user_id on holdfast.oidc_artifacts (user_id) where user_id is not null',
  'create index oidc_artifacts_expires_at on holdfast.oidc_artifacts (expires_at)',
]
