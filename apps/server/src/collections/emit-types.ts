import type { Action, CollectionDefinition, FieldDefinition, RuleDefinition } from '@holdfast/contract'
import { inputsOf } from './expression/index.js'
import { tsType } from './fields/index.js'
import { singularName } from './singular-name.js'
import { systemFieldDefinitions } from './system-fields.js'

/**
 * TypeScript types of all collections, for `createClient<Schema>`: per collection flat interfaces of a record, of what a
 * create and an update take, of the relations and of the field types.
 *
 * A field that some callers may read the record without has `?` in the record: it is absent for them.
 */
export function emitTypes(collections: readonly CollectionDefinition[]): string {
  const sorted = [...collections].sort((a, b) => (a.name < b.name ? -1 : 1))
  const names = chooseTypeNames(sorted.map((collection) => collection.name))
  const blocks = sorted.map((collection) => emitCollection(collection, names.get(collection.name)!, sorted))
  return [header, emitSchema(sorted, names), ...blocks].join('\n')
}

const header = `// Written by \`holdfast types\`: run it again after the collections have changed.
// A field with ? in a record is absent for those who may not read it.
`

const suffixes = ['', 'Create', 'Update', 'Expand', 'Types'] as const

/** Global types that an interface of ours would hide. */
const globals = 'Array Boolean Date Error Function Map Number Object Promise Record Set String Symbol Schema'.split(' ')

/** `posts` → `Post`; a name that is taken falls back to the plural, then to a number. */
function chooseTypeNames(names: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set(globals)
  const choose = (name: string): string => {
    const candidates = [pascalCase(singularName(name)), pascalCase(name)]
    for (let n = 2; ; n += 1) {
      const free = candidates.find((candidate) => suffixes.every((suffix) => !taken.has(candidate + suffix)))
      if (free) return free
      candidates.push(`${pascalCase(name)}${n}`)
    }
  }
  return new Map(
    names.map((name) => {
      const chosen = choose(name)
      for (const suffix of suffixes) taken.add(chosen + suffix)
      return [name, chosen]
    }),
  )
}

/** Letters and digits only, whatever a name holds: it becomes code. */
const pascalCase = (name: string): string => {
  const words = name.match(/[a-zA-Z0-9]+/g) ?? []
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('') || 'Collection'
}

function emitSchema(collections: readonly CollectionDefinition[], names: ReadonlyMap<string, string>): string {
  const entries = collections.map(({ name }) => {
    const type = names.get(name)!
    return `  ${propertyName(name)}: { record: ${type}; create: ${type}Create; update: ${type}Update; expand: ${type}Expand; types: ${type}Types }\n`
  })
  return `/** What \`createClient<Schema>\` takes. */\nexport interface Schema {\n${entries.join('')}}\n`
}

function emitCollection(collection: CollectionDefinition, type: string, all: readonly CollectionDefinition[]): string {
  const hasUsers = all.some(({ name }) => name === 'users')
  const system = systemFieldDefinitions(hasUsers).map((field) => ({ ...field, description: undefined }))
  const fields = [...system, ...collection.fields]
  const { rules = [] } = collection
  const presets = presetFields(collection)
  const writable = collection.fields.filter((field) => field.type !== 'computed')
  return [
    emitInterface(
      type,
      collection.description,
      fields.map((field) => fieldMember(field, !isAlwaysReadable(field, fields, rules))),
    ),
    emitInterface(`${type}Create`, undefined, [
      member('id', 'string', true),
      ...writable.map((field) => fieldMember(field, isOptionalAtCreate(field, presets))),
    ]),
    emitInterface(
      `${type}Update`,
      undefined,
      writable.filter((field) => !field.immutable).map((field) => fieldMember(field, true)),
    ),
    emitInterface(`${type}Expand`, `Relations of ${collection.name}, with the collection they lead to.`, [
      ...fields
        .filter((field) => field.type === 'relation')
        .map((field) => member(field.name, relationType(field.collection ?? '', field.many))),
      ...inverseRelations(collection.name, all).map(({ name, source }) => member(name, relationType(source, true))),
    ]),
    emitInterface(
      `${type}Types`,
      `Field types of ${collection.name}.`,
      fields.map((field) => member(field.name, literal(field.returns ?? field.type))),
    ),
  ].join('\n')
}

const isList = (field: FieldDefinition): boolean => field.type === 'relation' && field.many === true

function valueType(field: FieldDefinition): string {
  const type = tsType(field)
  return field.required || isList(field) || type === 'unknown' ? type : `${type} | null`
}

const relationType = (collection: string, many = false): string => `${literal(collection)}${many ? '[]' : ''}`

/** Whether everybody who may read a record may read this field of it. */
function isAlwaysReadable(
  field: FieldDefinition,
  fields: readonly FieldDefinition[],
  rules: readonly RuleDefinition[],
): boolean {
  if (field.hidden) return false
  const inputs = fields.filter(({ name }) => inputsOf(field).includes(name))
  const opens = ({ fields, deny }: RuleDefinition): boolean =>
    field.name === 'id' || fields === undefined || fields.includes(field.name) !== (deny === true)
  return rulesFor('read', rules).every(opens) && inputs.every((input) => isAlwaysReadable(input, fields, rules))
}

const rulesFor = (action: Action, rules: readonly RuleDefinition[]): RuleDefinition[] =>
  rules.filter((rule) => [rule.action].flat().includes(action))

/** Fields the server sets for some callers, who may not send them. */
const presetFields = ({ rules = [], tenant }: CollectionDefinition): ReadonlySet<string> =>
  new Set([
    ...rulesFor('create', rules).flatMap(({ preset = {} }) => Object.keys(preset)),
    ...(tenant === undefined ? [] : [tenant]),
  ])

const isOptionalAtCreate = (field: FieldDefinition, presets: ReadonlySet<string>): boolean =>
  !field.required || field.default !== undefined || field.from !== undefined || presets.has(field.name)

function inverseRelations(name: string, all: readonly CollectionDefinition[]): { name: string; source: string }[] {
  return all.flatMap((source) =>
    source.fields.flatMap(({ type, collection, inverse }) =>
      type === 'relation' && collection === name && inverse ? [{ name: inverse, source: source.name }] : [],
    ),
  )
}

const emitInterface = (name: string, description: string | undefined, members: readonly string[]): string =>
  `${docstring(description, '')}export interface ${name} {\n${members.join('')}}\n`

const member = (name: string, type: string, optional = false): string =>
  `  ${propertyName(name)}${optional ? '?' : ''}: ${type}\n`

const fieldMember = (field: FieldDefinition, optional: boolean): string =>
  docstring(field.description, '  ') + member(field.name, valueType(field), optional)

/** Names and texts come from admins, and the result is run by others: nothing of them may become code. */
const propertyName = (name: string): string => (/^[A-Za-z]\w*$/.test(name) ? name : literal(name))

const literal = (text: string): string => JSON.stringify(text)

function docstring(text: string | undefined, indent: string): string {
  const lines = (text ?? '').split(/\r\n?|[\n\u2028\u2029]/).map(escapeComment)
  if (lines.every((line) => line === '')) return ''
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join('\n')}\n${indent} */\n`
}

const escapeComment = (line: string): string =>
  line
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what it removes
    .replace(/[\u0000-\u001f\u007f]/g, ' ')
    .replaceAll('*/', '*\\/')
    .replaceAll('`', '\\`')
    .replaceAll('${', '\\${')
    .trim()
