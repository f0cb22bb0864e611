import type { CollectionDefinition } from '@holdfast/contract'
import { describe, expect, it } from 'vitest'
import { logObjectsOf } from './change-log.js'

const id = (n: number) => `00000000-0000-7000-8000-0000000000${n}`
const tags: CollectionDefinition = { id: id(10), name: 'tags', fields: [{ id: id(11), name: 'name', type: 'text' }] }
const posts: CollectionDefinition = {
  id: id(20),
  name: 'posts',
  fields: [
    { id: id(21), name: 'title', type: 'text' },
    { id: id(22), name: 'tag', type: 'relation', collection: 'tags' },
    { id: id(23), name: 'tags', type: 'relation', collection: 'tags', many: true },
  ],
}
const objectsOf = (collection: CollectionDefinition, ...others: CollectionDefinition[]) =>
  logObjectsOf(collection, [collection, ...others])
const sqlOf = (collection: CollectionDefinition, ...others: CollectionDefinition[]) =>
  objectsOf(collection, ...others).create.join('\n')

describe('logObjectsOf', () => {
  it('logs the table and each of its lists, and refuses to truncate either', () => {
    const { create, drop } = objectsOf(posts, tags)
    expect(create.filter((sql) => sql.startsWith('create function'))).toHaveLength(2)
    expect(create.filter((sql) => sql.includes('trigger log_'))).toHaveLength(6)
    expect(create.filter((sql) => sql.includes('before truncate'))).toHaveLength(2)
    expect(drop.filter((sql) => sql.includes('refuse_truncate'))).toHaveLength(2)
    expect(drop.filter((sql) => sql.startsWith('drop function'))).toHaveLength(2)
  })

  it('counts versions and nothing else where the log is off', () => {
    expect(objectsOf({ ...posts, changeLog: 'off' }, tags).create).toEqual([
      expect.stringContaining('count_version'),
      expect.stringContaining('comment on trigger'),
    ])
  })

  it('has no values where only keys are logged', () => {
    expect(sqlOf({ ...posts, changeLog: 'keys' }, tags)).not.toMatch(/row_to_json|json_build_object|"title"/)
  })

  it('keeps versions with history, deletes with a trash, and what such deletes set to null', () => {
    expect(sqlOf(posts, tags)).not.toContain('changes_kept')
    expect(sqlOf({ ...posts, history: true }, tags)).not.toContain('changes_head')
    const trashed = sqlOf({ ...tags, trash: true })
    expect(trashed).toContain(
      `into holdfast.changes_kept (collection, action, record, before, after, cause) select '${id(10)}'::uuid, 'delete'`,
    )
    expect(trashed).toContain(
      `into holdfast.changes_head (collection, action, record, before, after, cause) select '${id(10)}'::uuid, 'create'`,
    )
    expect(sqlOf(posts, { ...tags, trash: true })).toContain('changes_kept')
  })

  it('is made anew exactly when what it writes changes', () => {
    const { signature } = objectsOf(posts, tags)
    const [title, ...others] = posts.fields
    expect(objectsOf({ ...posts, label: 'Posts' } as CollectionDefinition, tags).signature).toBe(signature)
    for (const other of [
      { ...posts, fields: [{ ...title!, name: 'heading' }, ...others] },
      { ...posts, fields: others },
      { ...posts, name: 'articles' },
      { ...posts, changeLog: 'keys' as const },
      { ...posts, changeLog: 'off' as const },
      { ...posts, history: true },
    ])
      expect(objectsOf(other, tags).signature).not.toBe(signature)
  })

  it('logs updates of records row by row, and never pairs changed rows by a join', () => {
    const { create } = objectsOf(posts, { ...tags, trash: true })
    const [records, list] = create.filter((sql) => sql.includes('trigger log_update'))
    expect([records, list]).toEqual([
      expect.stringContaining('for each row'),
      expect.stringContaining('for each statement'),
    ])
    expect(create.join('\n')).not.toMatch(/old_rows o (cross |left |full )?join new_rows/)
  })
})
