import type { MigrationInterface, QueryRunner } from 'typeorm'

/** What history and trash ask of the kept part of the change log. */
export class history0000000003400 implements MigrationInterface {
  readonly name = 'history0000000003400'

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function holdfast.renamed_image')
    await runner.query('drop function holdfast.forget_kept')
    await runner.query('drop function holdfast.may_be_read')
    await runner.query(
      'drop index holdfast.changes_kept_newest, holdfast.changes_kept_deleted, holdfast.changes_kept_base, holdfast.changes_kept_tx',
    )
    await runner.query('create index on holdfast.changes_kept (collection, record, position)')
  }
}

const statements = [
  // The last version of each record of a collection, in the order of their ids, without sorting.
  'drop index holdfast.changes_kept_collection_record_position_idx',
  'create index changes_kept_newest on holdfast.changes_kept (collection, record, position desc)',
  `create index changes_kept_deleted on holdfast.changes_kept (collection, record, position desc) where action = 'delete'`,
  `create index changes_kept_base on holdfast.changes_kept (collection, at) where action = 'base'`,
  // What a delete took along was logged in its transaction.
  'create index changes_kept_tx on holdfast.changes_kept (tx)',

  // An image that was logged at a position, by the names fields have now; those that are gone are left out.
  `create function holdfast.renamed_image(of_collection uuid, logged_at bigint, image json) returns json
   language plpgsql stable as $$
   declare
     renaming bigint;
   begin
     for renaming in select distinct c.position from holdfast.changed_images c
       where c.collection = of_collection and c.position > logged_at order by c.position
     loop
       select coalesce(json_object_agg(coalesce(c.is_now, e.key), e.value), '{}') into image
       from json_each(image) e
       left join holdfast.changed_images c on c.collection = of_collection and c.position = renaming and c.was = e.key
       where c.was is null or c.is_now is not null;
     end loop;
     return image;
   end $$`,

  `create function holdfast.may_be_read(action text, at timestamptz, "position" bigint) returns boolean language sql stable as $$
     select action <> 'base' and (at > now() - interval '1 hour' or "position" > (select min(c.position) from holdfast.change_consumers c))
   $$`,

  // Forgets versions and deleted records: of one record, or (null) of a collection. What somebody may still have to be told
  // of goes where the changes of other collections are, and with these.
  `create function holdfast.forget_kept(of_collection uuid, of_record uuid) returns void language sql as $$
     with gone as (
       delete from holdfast.changes_kept c
       where c.collection = of_collection and (of_record is null or c.record = of_record) returning *)
     insert into holdfast.changes_head
     select * from gone g where holdfast.may_be_read(g.action, g.at, g.position)
   $$`,
]
