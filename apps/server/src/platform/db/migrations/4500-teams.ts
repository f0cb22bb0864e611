import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Who is a member of which team, who is invited, and which team a session has switched to. */
export class teams0000000004500 implements MigrationInterface {
  readonly name = 'teams0000000004500'

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table holdfast.sessions drop constraint sessions_team')
    await runner.query('drop table holdfast.team_invites, holdfast.memberships')
    await runner.query('drop function holdfast.own_teams')
  }
}

// The records that are teams lie in a collection of the app: its definition ties these tables to it, see diff-members.
const statements = [
  `create table holdfast.memberships (
     team_id uuid not null,
     user_id uuid not null,
     roles text[] not null check (cardinality(roles) > 0),
     created_at timestamptz not null default now(),
     primary key (team_id, user_id))`,
  'create index memberships_user_id on holdfast.memberships (user_id, team_id)',
  `create trigger signal_change after insert or update or delete on holdfast.memberships for each row
   execute function holdfast.signal_user()`,

  `create table holdfast.team_invites (
     id uuid primary key,
     team_id uuid not null,
     email text not null,
     roles text[] not null check (cardinality(roles) > 0),
     -- Null: an admin of the server. Invites of a member go with the membership.
     invited_by uuid,
     created_at timestamptz not null default now(),
     expires_at timestamptz not null,
     unique (team_id, email),
     constraint team_invites_inviter foreign key (team_id, invited_by) references holdfast.memberships (team_id, user_id) on delete cascade)`,
  'create index team_invites_invited_by on holdfast.team_invites (team_id, invited_by)',

  // Nobody can be switched to a team they are no member of, whatever takes them out of it.
  `alter table holdfast.sessions add constraint sessions_team foreign key (team_id, user_id)
   references holdfast.memberships (team_id, user_id) on delete set null (team_id)`,
  'create index sessions_team_id on holdfast.sessions (team_id, user_id) where team_id is not null',

  // The change log is told in every write who it comes from; a record that somebody makes with psql has no members.
  `create function holdfast.own_teams() returns trigger language plpgsql as $$
   declare
     actor text := split_part(coalesce(current_setting('holdfast.cause', true), ''), ' ', 1);
   begin
     if actor ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
       insert into holdfast.memberships (team_id, user_id, roles)
       select n.id, u.id, '{owner}' from new_rows n, public.users u where u.id = actor::uuid;
     end if;
     return null;
   end $$`,
]
