import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * The change log: one row per change of a record, written by triggers in the transaction of the change; see
 * docs/decisions/0018. Segments inherit from `changes`, so that a read of it reads them all while a write names its table
 * and costs no routing:
 *
 * | table | what |
 * |---|---|
 * | `changes_head` | what is written now |
 * | `changes_<n>` | former heads, dropped once they are old |
 * | `changes_kept` | collections with history, and deletes of those with trash: kept as long as these say |
 */
export class changes0000000003000 implements MigrationInterface {
  readonly name = 'changes0000000003000'

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table holdfast.changes cascade')
    await runner.query(
      'drop table holdfast.change_segments, holdfast.changes_trimmed, holdfast.change_origin, holdfast.changed_images, holdfast.change_consumers',
    )
    await runner.query('drop sequence holdfast.changes_position')
    await runner.query('drop function holdfast.count_version, holdfast.changed_here, holdfast.refuse_truncate')
  }
}

const statements = [
  // The first position is taken here: of a sequence that was never asked, the last value is no value yet.
  'create sequence holdfast.changes_position',
  `select nextval('holdfast.changes_position')`,

  // `cause` is the id of the user and that of the request, with a space between, as the statement noted them.
  `create table holdfast.changes (
     position bigint not null default nextval('holdfast.changes_position'),
     tx xid8 not null default pg_current_xact_id(),
     at timestamptz not null default now(),
     collection uuid not null,
     action text not null,
     record uuid not null,
     before json,
     after json,
     cause text)`,
  'create table holdfast.changes_head (like holdfast.changes including defaults) inherits (holdfast.changes)',
  'create index on holdfast.changes_head (position)',
  // Lists are logged behind the change of their record, and read with it.
  `create index on holdfast.changes_head (record) where action = 'list'`,
  'create table holdfast.changes_kept (like holdfast.changes including defaults) inherits (holdfast.changes)',
  'create index on holdfast.changes_kept (position)',
  'create index on holdfast.changes_kept (collection, record, position)',
  `create index on holdfast.changes_kept (record) where action = 'list'`,

  // The former heads. Their changes have positions up to `up_to`, and those of the segments after them are above it.
  `create table holdfast.change_segments (
     name text primary key,
     up_to bigint not null,
     closed_at timestamptz not null default now())`,

  // Up to here the log was trimmed.
  'create table holdfast.changes_trimmed (singleton boolean primary key default true check (singleton), position bigint not null)',
  'insert into holdfast.changes_trimmed (position) values (0)',

  // Which cluster, timeline and database the log is in, to know one that was restored elsewhere; positions up to this one
  // were taken before it came here.
  `create table holdfast.change_origin (
     singleton boolean primary key default true check (singleton),
     id bigint not null,
     identity text not null,
     position bigint not null)`,

  // What images before a position call a field, and what it is called now; null: it is gone, or became something else.
  `create table holdfast.changed_images (
     collection uuid not null,
     position bigint not null,
     was text not null,
     is_now text,
     primary key (collection, position, was))`,

  // How far those have read for whom the log must be kept.
  `create table holdfast.change_consumers (
     name text primary key,
     cursor json not null,
     position bigint not null,
     updated_at timestamptz not null default now())`,

  // Changes that did not come through the API, a relation set to null among them, count as versions too.
  `create function holdfast.count_version() returns trigger language plpgsql as $$
   begin
     new."version" := old."version" + 1;
     new."updatedAt" := now();
     return new;
   end $$`,

  // Is the transaction that wrote a row this one, or a part of it? Of rows one sees, no other's can still be running. Rows
  // have the lower half of its id only: it is near to our own.
  `create function holdfast.changed_here(writer xid) returns boolean language sql stable as $$
     select coalesce(pg_xact_status((case
         when near.id - own.id > 2147483648 then near.id - 4294967296
         when own.id - near.id > 2147483648 then near.id + 4294967296
         else near.id end)::text::xid8) = 'in progress', false)
     from (select pg_current_xact_id()::text::int8 as id) own,
       lateral (select (own.id / 4294967296) * 4294967296 + writer::text::int8 as id) near
   $$`,

  `create function holdfast.refuse_truncate() returns trigger language plpgsql as $$
   begin
     raise exception 'TRUNCATE of % is refused: the change log would not know what it took', tg_table_name
       using errcode = 'feature_not_supported', hint = 'DELETE the records, or set changeLog of the collection to off first';
   end $$`,
]
