delete from "public"."posts" as p where p."id" = $1::uuid and p."author" = $2::uuid returning (select set_config('holdfast.cause', $3, true))
