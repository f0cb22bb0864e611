import type { CollectionDefinition } from '@holdfast/contract'
import { tableOf } from '../names.js'
import type { Change } from './change.js'
import type { Phases } from './phases.js'

/** System tables whose rows belong to a team and go with it. */
const tables = ['memberships', 'team_invites'] as const

const tie = (table: (typeof tables)[number], name: string): string =>
  `alter table holdfast.${table} add constraint ${table}_team foreign key (team_id) references ${tableOf(name)} ("id") on delete cascade`

/** Whichever way a team is made: who makes it is its first member. */
const ownTeams = (name: string): string =>
  `create trigger own_teams after insert on ${tableOf(name)} referencing new table as new_rows for each statement execute function holdfast.own_teams()`

const untie = [
  ...tables.map((table) => `alter table holdfast.${table} drop constraint if exists ${table}_team`),
  ...tables.map((table) => `delete from holdfast.${table}`),
]

/** Gives the records of a collection members. */
export function createMembers({ name }: CollectionDefinition, phases: Phases): void {
  phases.add('link', {
    kind: 'addMembers',
    collection: name,
    description: `Make the records of ${name} teams with members`,
    sql: [...tables.map((table) => tie(table, name)), ownTeams(name)],
    lock: 'SHARE ROW EXCLUSIVE',
  })
}

/** Takes them away. The trigger goes with its table where that is dropped. */
export function dropMembers({ name }: CollectionDefinition, keepsTable: boolean, phases: Phases): void {
  phases.add('unlink', {
    kind: 'dropMembers',
    collection: name,
    description: `Forget who is a member of ${name}`,
    sql: [...(keepsTable ? [`drop trigger own_teams on ${tableOf(name)}`] : []), ...untie],
    lock: 'ACCESS EXCLUSIVE',
    table: tableOf(name),
    loss: {
      sql: 'select count(*) from holdfast.memberships',
      describe: (count) => `${count} ${count === 1 ? 'membership is' : 'memberships are'} deleted`,
    },
  })
}

export function diffMembers({ before, next, table }: Change, phases: Phases): void {
  if (before.members && !next.members) dropMembers(before, true, phases)
  if (next.members && !before.members) createMembers(next, phases)
  if (before.tenant === next.tenant) return
  phases.add('rules', {
    kind: 'updateTenant',
    collection: next.name,
    description: next.tenant
      ? `Show the records of ${next.name} to the team that ${next.tenant} names`
      : `Show the records of ${next.name} of all teams: its rules alone decide`,
    sql: [],
    lock: 'NONE',
    table,
  })
}
