select (select row_to_json(_x) from (select p."name" as "name") _x), json_build_array(p."id")::text from "public"."projects" p order by p."id" limit 21
