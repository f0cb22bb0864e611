import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * What operators see: numbers per minute and, later, per hour; answered requests; statements that were slow; sizes over time.
 * None of it is needed to serve, so nothing else refers to it.
 */
export class observe0000000005100 implements MigrationInterface {
  readonly name = 'observe0000000005100'

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'drop table holdfast.metrics, holdfast.requests, holdfast.slow_statements, holdfast.database_samples',
    )
  }
}

const statements = [
  // `node` is empty once the minutes of all nodes were put together to an hour.
  `create table holdfast.metrics (
     at timestamptz not null,
     node text not null,
     seconds int not null,
     data json not null,
     primary key (at, node, seconds))`,
  `create table holdfast.requests (
     id bigint generated always as identity primary key,
     at timestamptz not null,
     method text not null,
     route text,
     path text not null,
     query text,
     status smallint not null,
     ms real not null,
     bytes bigint,
     address text,
     principal text,
     principal_id uuid,
     impersonator_id uuid,
     user_agent text,
     request_id text not null,
     error_code text)`,
  'create index requests_route on holdfast.requests (route, id)',
  'create index requests_principal on holdfast.requests (principal_id, id) where principal_id is not null',
  'create index requests_failed on holdfast.requests (status, id) where status >= 400',
  'create index requests_request on holdfast.requests (request_id)',
  // Of times it is enough to know the neighbourhood: rows are appended.
  'create index requests_at on holdfast.requests using brin (at)',
  `create table holdfast.slow_statements (
     id text primary key,
     sql text not null,
     collection text,
     count bigint not null,
     total_ms double precision not null,
     max_ms double precision not null,
     buckets int[] not null,
     first_at timestamptz not null,
     last_at timestamptz not null,
     advice json)`,
  'create table holdfast.database_samples (at timestamptz primary key, data json not null)',
]
