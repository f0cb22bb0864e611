import type { MigrationInterface, QueryRunner } from 'typeorm'

/** What search calls on: extensions where they can be had, texts without accents and tags, one configuration per language. */
export class search0000000001600 implements MigrationInterface {
  readonly name = 'search0000000001600'

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop function holdfast.prepare_language(text), holdfast.fold(text), holdfast.plain_text(text),
      holdfast.join_texts(text[])`)
  }
}

/** An extension of another schema is taken as it is. One that may not be made is done without. */
const tryExtension = (name: string): string => `
  do $$ begin
    create extension if not exists ${name} schema holdfast;
  exception when others then
    raise notice '%', sqlerrm;
  end $$`

const statements = [
  tryExtension('unaccent'),
  tryExtension('pg_trgm'),
  tryExtension('fuzzystrmatch'),

  // Without accents, where unaccent is there. Indexes hold its answers, so it must stay what it is once it is made:
  // the body is chosen here, for good. unaccent itself is only called stable because its dictionary could be changed.
  `do $do$
   declare
     home text := (select n.nspname from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'unaccent');
     body text := 'value';
   begin
     if home is not null then
       body := format('%I.unaccent(%L::regdictionary, value)', home, format('%I.unaccent', home));
     end if;
     execute format(
       'create function holdfast.fold(value text) returns text language plpgsql immutable strict parallel safe as %L',
       format('begin return %s; end', body));
   end $do$`,

  // HTML as people read it: tags within a word vanish, others part words.
  `create function holdfast.plain_text(html text) returns text language plpgsql immutable strict parallel safe as $$
   declare
     plain text := html;
   begin
     plain := regexp_replace(plain, '</?(a|abbr|b|cite|code|del|em|i|ins|kbd|mark|q|s|small|span|strong|sub|sup|u)(\\s[^>]*)?>', '', 'gi');
     plain := regexp_replace(plain, '<[^>]*>', ' ', 'g');
     plain := replace(replace(replace(plain, '&lt;', '<'), '&gt;', '>'), '&quot;', '"');
     plain := replace(replace(replace(plain, '&#39;', ''''), '&nbsp;', ' '), '&amp;', '&');
     return plain;
   end $$`,

  // array_to_string is only called stable, because there are types whose text depends on settings; text is not one.
  `create function holdfast.join_texts(items text[]) returns text language plpgsql immutable strict parallel safe as $$
   begin
     return array_to_string(items, ', ');
   end $$`,

  // Makes holdfast.search_<language>, once: accents go first, then endings. No word is too common to be found.
  // Scripts that unaccent would damage keep their marks.
  `create function holdfast.prepare_language(language text) returns void language plpgsql as $$
   declare
     configuration text := 'search_' || language;
     dictionary text := 'pg_catalog.simple';
     home text;
   begin
     if exists (select from pg_ts_config where cfgname = configuration and cfgnamespace = 'holdfast'::regnamespace) then
       return;
     end if;
     if language <> 'simple' then
       dictionary := format('holdfast.%I', language || '_stem');
       execute format('create text search dictionary %s (template = pg_catalog.snowball, language = %L)', dictionary, language);
     end if;
     if language <> all (array['arabic', 'armenian', 'greek', 'hindi', 'nepali', 'russian', 'serbian', 'tamil', 'yiddish']) then
       select n.nspname into home
         from pg_ts_dict d join pg_namespace n on n.oid = d.dictnamespace
           join pg_extension e on e.extname = 'unaccent' and e.extnamespace = n.oid
         where d.dictname = 'unaccent';
     end if;
     if home is not null then
       dictionary := format('%I.unaccent, %s', home, dictionary);
     end if;
     execute format('create text search configuration holdfast.%I (copy = pg_catalog.%I)', configuration, language);
     execute format('alter text search configuration holdfast.%I alter mapping for asciiword, word, numword, '
       'asciihword, hword, numhword, hword_asciipart, hword_part, hword_numpart with %s', configuration, dictionary);
   end $$`,
]
