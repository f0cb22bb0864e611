import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Changes of parts of a JSON value, made from the value that is there. */
export class jsonChanges0000000001620 implements MigrationInterface {
  readonly name = 'jsonChanges0000000001620'

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop function holdfast.change_json(jsonb, jsonb, text),
      holdfast.change_json_at(jsonb, text[], text, jsonb, text), holdfast.make_way(jsonb, text[], text),
      holdfast.changed_part(jsonb, text, jsonb), holdfast.refuse_part(text, text, text[])`)
  }
}

const statements = [
  // As in 1610, a problem is the name of a field and a code; the place in the field follows as hex, so that any key may stand in it.
  `create function holdfast.refuse_part(field text, code text, place text[]) returns void language plpgsql as $$
   begin
     raise exception 'the part cannot be changed so' using errcode = 'HF422',
       detail = field || ':' || code || ':' || encode(convert_to(array_to_string(place, '.'), 'UTF8'), 'hex');
   end $$`,

  // What an operator makes of the part that is there; null where it does not fit. Where there is none, or null, numbers begin
  // with the operand and lists empty.
  `create function holdfast.changed_part(present jsonb, operator text, operand jsonb) returns jsonb language plpgsql as $$
   declare
     is_there boolean := coalesce(jsonb_typeof(present), 'null') <> 'null';
     is_smaller boolean;
   begin
     if operator = '$set' or not is_there and operator <> '$push' then
       return operand;
     elsif not is_there then
       present := '[]';
     end if;
     if operator in ('$push', '$pull') then
       return case when jsonb_typeof(present) <> 'array' then null
         when operator = '$push' then present || coalesce((
           select jsonb_agg(item order by at) from (
             select item, min(at) as at from jsonb_array_elements(operand) with ordinality o(item, at)
             where item not in (select jsonb_array_elements(present)) group by item) fresh), '[]')
         else coalesce((
           select jsonb_agg(item order by at) from jsonb_array_elements(present) with ordinality p(item, at)
           where item not in (select jsonb_array_elements(operand))), '[]') end;
     elsif jsonb_typeof(present) <> jsonb_typeof(operand) then
       return null;
     elsif operator = '$inc' then
       return to_jsonb((present #>> '{}')::numeric + (operand #>> '{}')::numeric);
     end if;
     is_smaller := case jsonb_typeof(present) when 'number' then present < operand
       else (present #>> '{}') collate "C" < (operand #>> '{}') collate "C" end;
     return case when is_smaller = (operator = '$min') then present else operand end;
   end $$`,

  // The document with all that is missing on the way to a place: objects. Refused where a value is in the way.
  `create function holdfast.make_way(document jsonb, place text[], field text) returns jsonb language plpgsql as $$
   declare
     made jsonb := document;
     container jsonb;
     key text;
   begin
     for depth in 0 .. cardinality(place) - 1 loop
       container := made #> place[1:depth];
       if coalesce(jsonb_typeof(container), 'null') = 'null' then
         container := '{}';
         made := case when depth = 0 then container else jsonb_set(made, place[1:depth], container) end;
       end if;
       key := place[depth + 1];
       if jsonb_typeof(container) = 'array' and key ~ '^-?[0-9]{1,7}$' then
         continue when key::int between -jsonb_array_length(container) and jsonb_array_length(container);
       end if;
       if jsonb_typeof(container) <> 'object' then
         perform holdfast.refuse_part(field, 'no_such_place', place);
       end if;
     end loop;
     return made;
   end $$`,

  `create function holdfast.change_json_at(document jsonb, place text[], operator text, operand jsonb, field text)
   returns jsonb language plpgsql as $$
   declare
     present jsonb := document #> place;
     part jsonb;
     changed jsonb;
   begin
     -- Nothing is made where something is taken away.
     if operator = '$pull' and coalesce(present, 'null') = 'null' then
       return document;
     elsif operator = '$unset' then
       return case when present is null then document else document #- place end;
     end if;
     part := holdfast.changed_part(present, operator, operand);
     if part is null then
       perform holdfast.refuse_part(field, 'wrong_type', place);
     elsif operator = '$inc' and abs((part #>> '{}')::numeric) > 9007199254740991 then
       perform holdfast.refuse_part(field, 'out_of_range', place);
     end if;
     changed := jsonb_set(holdfast.make_way(document, place, field), place, part);
     if operator in ('$set', '$push') and length(changed::text) > 1000000 then
       perform holdfast.refuse_part(field, 'too_long', place);
     end if;
     return changed;
   end $$`,

  // The changes are {"path", "operator", "value"}, made one after the other.
  `create function holdfast.change_json(document jsonb, changes jsonb, field text) returns jsonb language plpgsql as $$
   declare
     changed jsonb := document;
     change jsonb;
   begin
     for change in select jsonb_array_elements(changes) loop
       changed := holdfast.change_json_at(changed, array(select jsonb_array_elements_text(change -> 'path')),
         change ->> 'operator', change -> 'value', field);
     end loop;
     return changed;
   end $$`,
]
