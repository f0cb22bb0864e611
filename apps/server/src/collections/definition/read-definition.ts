import {
  actions,
  type CollectionDefinition,
  changeLogLevels,
  erasures,
  type FieldDefinition,
  fieldTypes,
  type IndexDefinition,
  type Json,
  limits,
  type RuleDefinition,
  searchLanguages,
  vectorMetrics,
} from '@holdfast/contract'
import type { Report } from '../collection.js'
import { findJsonProblem } from '../fields/json-value.js'
import * as shape from './read-shape.js'
import { joinPath } from './reports.js'

const description = shape.text(2000)
const name = shape.text(200)

const weight = shape.oneOf(['A', 'B', 'C', 'D'])

const fieldKeys: shape.Keys<FieldDefinition> = {
  id: shape.uuid,
  name,
  type: shape.oneOf(fieldTypes),
  description,
  required: shape.flag,
  default: shape.anyValue,
  unique: shape.flag,
  index: shape.flag,
  hidden: shape.flag,
  immutable: shape.flag,
  validate: shape.object,
  searchable: (value) => (typeof value === 'boolean' ? undefined : weight(value)),
  min: shape.numberOrText,
  max: shape.numberOrText,
  minLength: shape.count,
  maxLength: shape.count,
  pattern: shape.text(1000),
  options: shape.listOf(shape.text(200), 500),
  minItems: shape.count,
  maxItems: shape.count,
  precision: shape.count,
  scale: shape.count,
  dimensions: shape.count,
  metric: shape.oneOf(vectorMetrics),
  schema: shape.object,
  from: name,
  collection: name,
  many: shape.flag,
  onDelete: shape.oneOf(['cascade', 'restrict', 'setNull']),
  inverse: name,
  expression: shape.text(2000),
  returns: shape.oneOf(['text', 'integer', 'number', 'decimal', 'boolean']),
}

const indexKeys: shape.Keys<IndexDefinition> = { fields: shape.listOf(name, 8), unique: shape.flag }

const action = shape.oneOf(actions)
const ruleKeys: shape.Keys<RuleDefinition> = {
  role: name,
  action: (value) => (Array.isArray(value) ? shape.listOf(action, actions.length)(value) : action(value)),
  conditions: shape.object,
  fields: shape.listOf(name, limits.fieldsPerCollection),
  preset: shape.object,
  deny: shape.flag,
  description,
  tests: (value) => (Array.isArray(value) && value.length <= 50 ? undefined : 'must be a list of at most 50 tests'),
}

/** `true`, or for how long: `{"days": 90}`. */
const kept: shape.KeyCheck = (value) => {
  if (typeof value === 'boolean') return undefined
  const days = shape.isObject(value) && Object.keys(value).length === 1 ? value['days'] : undefined
  const sound = Number.isInteger(days) && (days as number) >= 1 && (days as number) <= 36_500
  return sound ? undefined : 'must be true, false or {"days": 1–36500}'
}

const erasure = shape.oneOf(erasures)
const cleared = shape.listOf(name, limits.fieldsPerCollection)

/** `{"field": "author", "onDelete": "anonymise", "clear": ["name"]}` */
const personalData: shape.KeyCheck = (value) => {
  if (!shape.isObject(value)) return 'must be an object'
  const { field, onDelete, clear, ...rest } = value
  if (Object.keys(rest).length > 0) return 'may have the keys field, onDelete and clear, and no others'
  if (field === undefined || name(field)) return 'must name a field'
  if (onDelete === undefined || erasure(onDelete)) return `must say onDelete: one of ${erasures.join(', ')}`
  return clear === undefined ? undefined : cleared(clear)
}

const anything: shape.KeyCheck = () => undefined
const collectionKeys: shape.Keys<CollectionDefinition> = {
  id: shape.uuid,
  name,
  description,
  language: shape.oneOf(searchLanguages),
  history: kept,
  trash: kept,
  changeLog: shape.oneOf(changeLogLevels),
  members: shape.flag,
  tenant: name,
  personalData,
  fields: anything,
  indexes: anything,
  rules: anything,
}

/** Where the parts of a definition that could be read stood in what was sent. */
export interface ReadDefinition {
  readonly definition: CollectionDefinition
  /** Path of the whole: empty, or `collections.2`. */
  readonly path: string
  /** Paths of the fields, indexes and rules that are left, in order: `fields.3`. */
  readonly fieldPaths: readonly string[]
  readonly indexPaths: readonly string[]
  readonly rulePaths: readonly string[]
  /** Names of fields that were sent but could not be read: nothing that uses them is wrong because of that. */
  readonly unreadFields: ReadonlySet<string>
}

/**
 * An untrusted definition → one whose keys are all known and of the right type. What cannot be read is reported and left
 * out, so that the rest can still be checked. Undefined when nothing can be made of it.
 */
export function readDefinition(raw: Json, path: string, report: Report): ReadDefinition | undefined {
  const problem = findJsonProblem(raw, path)
  if (problem) return void report(problem.path, problem.code, problem.message)
  const whole = shape.readObject<CollectionDefinition>(raw, collectionKeys, path, report)
  const source: shape.JsonObject = shape.isObject(raw) ? raw : {}
  if (shape.isObject(raw))
    for (const key of ['name', 'fields'])
      if (source[key] === undefined) report(joinPath(path, key), 'required', `${key} is required`)
  const fields = readParts(
    source['fields'],
    limits.fieldsPerCollection,
    'fields',
    fieldKeys,
    ['name', 'type'],
    path,
    report,
  )
  const indexes = readParts(source['indexes'], 64, 'indexes', indexKeys, ['fields'], path, report)
  const rules = readParts(source['rules'], 200, 'rules', ruleKeys, ['role', 'action'], path, report)
  if (whole?.name === undefined) return undefined
  const definition: CollectionDefinition = { ...whole, fields: fields.parts }
  setOrDrop(definition, 'indexes', indexes.parts)
  setOrDrop(definition, 'rules', rules.parts)
  return {
    definition,
    path,
    fieldPaths: fields.paths,
    indexPaths: indexes.paths,
    rulePaths: rules.paths,
    unreadFields: new Set(fields.unread),
  }
}

function readParts<T extends object>(
  value: Json | undefined,
  most: number,
  key: string,
  keys: shape.Keys<T>,
  required: readonly (keyof T & string)[],
  path: string,
  report: Report,
): { parts: T[]; paths: string[]; unread: string[] } {
  const paths: string[] = []
  const unread: string[] = []
  const parts = shape.readList(value, most, joinPath(path, key), report, (item, at) => {
    const part = shape.readObject<T>(item, keys, at, report)
    const missing = part ? required.filter((name) => part[name] === undefined) : []
    for (const name of missing) report(`${at}.${name}`, 'required', `${name} is required`)
    if (part && missing.length === 0) {
      paths.push(at)
      return part
    }
    if (shape.isObject(item) && typeof item['name'] === 'string') unread.push(item['name'])
    return undefined
  })
  return { parts, paths, unread }
}

function setOrDrop<K extends 'indexes' | 'rules'>(
  definition: CollectionDefinition,
  key: K,
  parts: NonNullable<CollectionDefinition[K]>,
): void {
  if (parts.length > 0) definition[key] = parts
  else delete definition[key]
}
