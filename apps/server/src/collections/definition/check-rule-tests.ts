import { actions, type Json, namePattern, type RuleDefinition, type RuleTest } from '@holdfast/contract'
import type { Collection, Report, Schema } from '../collection.js'
import { isObject, type JsonObject, type Keys, listOf, object, oneOf, readObject, text } from './read-shape.js'
import { suggest } from './suggest.js'

const keys: Keys<RuleTest> = {
  description: text(2000),
  as: (value) => (typeof value === 'string' || isObject(value) ? undefined : 'must be the name of a role, or a user'),
  action: oneOf(actions),
  record: object,
  expect: oneOf(['allowed', 'denied']),
  fields: listOf(text(200), 200),
}

/** Reports what is wrong with the tests of a rule: whether they pass is no question here. */
export function checkRuleTests(rule: RuleDefinition, collection: Collection, schema: Schema, report: Report): void {
  rule.tests?.forEach((raw, index) => {
    const at: Report = (path, code, message) => report(`tests.${index}${path === '' ? '' : `.${path}`}`, code, message)
    const test = readObject<RuleTest>(raw as unknown as Json, keys, '', at)
    if (!test) return
    for (const key of ['as', 'record', 'expect'] as const)
      if (test[key] === undefined) at(key, 'required', `${key} is required`)
    if (typeof test.as === 'string') checkRole(test.as, at)
    else if (test.as !== undefined) checkUser(test.as, schema, at)
    if (test.record) checkRecord(test.record, collection, 'record', at)
    test.fields?.forEach((name, place) => {
      if (!collection.fields.has(name)) at(`fields.${place}`, 'unknown_field', unknown(name, collection))
    })
  })
}

function checkRole(role: string, report: Report): void {
  if (!namePattern.test(role)) report('as', 'wrong_type', 'as must be public, user, the name of a role, or a user')
}

function checkUser(user: JsonObject, schema: Schema, report: Report): void {
  const { roles, ...given } = user
  if (roles !== undefined && !(Array.isArray(roles) && roles.every((role) => typeof role === 'string')))
    report('as.roles', 'wrong_type', 'roles must be a list of names')
  const users = schema.collections.get('users')
  if (users) checkRecord(checkTeams(given, users, report), users, 'as', report)
}

/** `team` and `teams`, where users have no fields of these names. Gives what is left. */
function checkTeams(given: JsonObject, users: Collection, report: Report): JsonObject {
  const record: { [name: string]: Json } = { ...given }
  for (const name of ['team', 'teams'].filter((each) => !users.fields.has(each))) {
    const value = record[name]
    delete record[name]
    const ids = name === 'team' ? [value] : isObject(value) ? Object.keys(value) : value
    if (value !== undefined && value !== null && !(Array.isArray(ids) && ids.every(isId)))
      report(`as.${name}`, 'wrong_type', name === 'team' ? 'team must be the id of a team' : wantedTeams)
  }
  return record
}

const wantedTeams = 'teams must be a list of ids, or lists of roles by id'
const isId = (value: unknown): boolean =>
  typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)

/** Related records may stand in the place of their ids. */
function checkRecord(record: JsonObject, collection: Collection, at: string, report: Report): void {
  for (const [name, value] of Object.entries(record)) {
    const path = `${at}.${name}`
    const field = collection.field(name)
    const nested = [value].flat().filter(isObject)
    if (!field) report(path, 'unknown_field', unknown(name, collection))
    else if (field.relation && nested.length > 0)
      for (const other of nested) checkRecord(other, field.relation.target() as Collection, path, report)
    else checkValue(value, name, collection, path, report)
  }
}

function checkValue(value: Json, name: string, collection: Collection, path: string, report: Report): void {
  const field = collection.fields.get(name)
  if (!field) {
    if (!Array.isArray(value) || value.length > 0) report(path, 'wrong_type', `${path} must be a list of records`)
    return
  }
  if (value !== null && field.definition.type !== 'computed') field.parseValue(value, path, report)
}

const unknown = (name: string, collection: Collection): string =>
  `${name} is not a field of ${collection.name}${suggest(name, [...collection.fields.keys(), ...collection.inverses.keys()])}`
