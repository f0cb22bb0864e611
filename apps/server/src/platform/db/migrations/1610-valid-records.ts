import type { MigrationInterface, QueryRunner } from 'typeorm'

/** What statements insist on about the values they write. A problem is the name of a field and a code: `views:too_large`. */
export class validRecords0000000001610 implements MigrationInterface {
  readonly name = 'validRecords0000000001610'

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop function holdfast.require_valid(text[], uuid), holdfast.add(float8, float8, text),
      holdfast.add(numeric, numeric, integer, text)`)
  }
}

const statements = [
  // Ends a statement that leaves a record with problems; nulls are none.
  `create function holdfast.require_valid(problems text[], id uuid) returns boolean language plpgsql as $$
   begin
     if array_to_string(problems, ' ') <> '' then
       raise exception 'the record is not valid'
         using errcode = 'HF422', detail = array_to_string(problems, ' '), hint = id::text;
     end if;
     return true;
   end $$`,

  // PostgreSQL names no column when a sum is too large for one. Halves never are: their sum is compared instead.
  `create function holdfast.add(value float8, amount float8, field text) returns float8 language plpgsql as $$
   begin
     if abs(value / 2 + amount / 2) > 1.7976931348623157e308::float8 / 2 then
       raise exception 'the sum is out of range' using errcode = 'HF422', detail = field || ':out_of_range';
     end if;
     return value + amount;
   end $$`,
  `create function holdfast.add(value numeric, amount numeric, digits integer, field text) returns numeric
   language plpgsql as $$
   begin
     if abs(value + amount) >= 10::numeric ^ digits then
       raise exception 'the sum is out of range' using errcode = 'HF422', detail = field || ':out_of_range';
     end if;
     return value + amount;
   end $$`,
]
