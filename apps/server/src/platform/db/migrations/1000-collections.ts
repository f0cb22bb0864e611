import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Where collections are defined, and what collection tables and record statements call on. */
export class collections0000000001000 implements MigrationInterface {
  readonly name = 'collections0000000001000'

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table holdfast.collections, holdfast.schema_version')
    await runner.query('drop function holdfast.require(boolean), holdfast.can_cast(text, text)')
  }
}

const statements = [
  // The definition is json, not jsonb: it is shown in the order it was written.
  `create table holdfast.collections (
     id uuid primary key,
     name text not null,
     definition json not null,
     created_at timestamptz not null default now(),
     updated_at timestamptz not null default now())`,
  'create unique index collections_name on holdfast.collections (lower(name))',

  // Counts the changes of all definitions together: one row, so that changes come one after the other.
  `create table holdfast.schema_version (
     singleton boolean primary key default true check (singleton),
     version bigint not null)`,
  'insert into holdfast.schema_version (version) values (0)',

  // Ends a statement whose row does not satisfy the rule.
  `create function holdfast.require(ok boolean) returns boolean language plpgsql as $$
   begin
     if ok is not true then
       raise exception 'the rule does not allow this' using errcode = 'HF403';
     end if;
     return true;
   end $$`,

  // Whether a text can be read as a value of a type: asked before a column changes its type.
  `create function holdfast.can_cast(value text, type text) returns boolean language plpgsql stable as $$
   begin
     execute format('select %L::%s', value, type::regtype);
     return true;
   exception when data_exception then
     return false;
   end $$`,
]
