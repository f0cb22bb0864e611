import {
  type Doc,
  docFields,
  editorFields,
  type Fixture,
  hiddenFields,
  openFields,
  orgFields,
  type PersonaName,
} from './fixture.js'

/** What the rules of the fixture mean, written by hand: no code of the server is asked. */

const systemFields = ['id', 'createdAt', 'updatedAt', 'createdBy', 'version']
const everything = [...systemFields, ...docFields]
const notHidden = everything.filter((name) => !hiddenFields.includes(name))
const orgOf: Partial<Record<PersonaName, 'a' | 'b'>> = { ALICE: 'a', BOB: 'b' }

/** The fields of a document that a persona may see; none where the document is closed. */
export function visibleFields(fixture: Fixture, who: PersonaName, doc: Doc): ReadonlySet<string> {
  if (who === 'ADMIN') return new Set(everything)
  const fields: string[] = doc.status === 'published' ? [...openFields] : []
  if (who !== 'ANON') {
    const { id } = fixture.personas[who]!
    const org = orgOf[who] && fixture.orgs[orgOf[who]]
    if (doc.owner === id) fields.push(...notHidden)
    if (org !== undefined && doc.org === org && doc.status !== 'draft') fields.push(...orgFields)
    if (doc.members.includes(id)) fields.push('title', 'labels')
    if (who === 'CAROL') fields.push(...editorFields)
    if (who === 'PAY') fields.push('title', 'salary')
  }
  const open = new Set(fields.length > 0 ? ['id', ...fields] : [])
  if (!open.has('salary')) open.delete('bonus')
  if (!open.has('amount')) open.delete('double')
  return open
}

/** Fields of documents a persona sees in no row whatever, so that their names must mean nothing. */
export function closedFields(who: PersonaName): string[] {
  if (who === 'ADMIN') return []
  return docFields.filter((name) => (who === 'ANON' ? !openFields.includes(name) : hiddenFields.includes(name)))
}

/** Every text that must not occur in anything a persona is sent. */
export function canariesFor(fixture: Fixture, who: PersonaName): string[] {
  if (who === 'ADMIN') return []
  const rows = Object.values(fixture.docs)
  const canaries: string[] = ['canary-entry', 'canary-audit', 'canary-phone', 'canary-vault']
  const seenAsParent = new Set(
    rows.flatMap((doc) => (doc.parent && visibleFields(fixture, who, doc).has('parent') ? [doc.parent] : [])),
  )
  for (const doc of rows) {
    const open = visibleFields(fixture, who, doc)
    for (const [field, value] of Object.entries(doc)) if (!open.has(field)) canaries.push(...canaryOf(field, value))
    if (!open.has('id') && !seenAsParent.has(doc.id)) canaries.push(doc.id)
  }
  canaries.push(...foreignNicknames(who), ...foreignOrgs(who))
  return canaries
}

/** The texts that give a value away; none for values that are not unique, like ids of people and states. */
function canaryOf(field: string, value: unknown): string[] {
  if (['id', 'owner', 'org', 'members', 'parent', 'status'].includes(field) || value === null) return []
  if (field === 'meta') return [(value as Doc['meta']).public]
  if (field === 'notes') return [(value as Doc['notes']).inside]
  if (field === 'place' || field === 'lair') return [String((value as Doc['place']).lat)]
  if (field === 'taste' || field === 'scent') return [String((value as Doc['taste'])[0])]
  return Array.isArray(value) ? value : [String(value)]
}

const seenPeople: Partial<Record<PersonaName, string[]>> = {
  ALICE: ['alice', 'dora'],
  BOB: ['bob'],
  CAROL: ['carol'],
  PAY: ['pay'],
}

/** People whose nicknames a persona may not read. */
export const closedPeople = (who: PersonaName) =>
  (['alice', 'bob', 'dora', 'carol', 'pay'] as const).filter((name) => !seenPeople[who]?.includes(name))

/** Organisations whose names a persona may not read. */
export const closedOrgs = (who: PersonaName) => (['a', 'b'] as const).filter((name) => name !== orgOf[who])

const foreignNicknames = (who: PersonaName): string[] => closedPeople(who).map((name) => `canary-nickname-${name}-`)

function foreignOrgs(who: PersonaName): string[] {
  const names = closedOrgs(who).map((name) => `canary-org-${name}-`)
  return who === 'PAY' ? names : [...names, '940000001', '940000002', '940000003']
}
