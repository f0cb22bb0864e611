import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Signing keys are encrypted, published before they sign, and there are some for OpenID Connect. */
export class company0000000004600 implements MigrationInterface {
  readonly name = 'company0000000004600'

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('delete from holdfast.signing_keys')
    await runner.query(`alter table holdfast.signing_keys drop column purpose, drop column public_jwk,
      drop column sealed_jwk, drop column active_at, alter column private_jwk set not null`)
  }
}

const statements = [
  `alter table holdfast.signing_keys
     add column purpose text not null default 'access' check (purpose in ('access', 'oidc')),
     add column public_jwk jsonb,
     -- The private key, encrypted. Keys from before stand in private_jwk until the server that has the secret starts.
     add column sealed_jwk text,
     add column active_at timestamptz not null default now(),
     alter column private_jwk drop not null,
     add check (private_jwk is not null or public_jwk is not null and sealed_jwk is not null)`,
  'update holdfast.signing_keys set active_at = created_at',
]
