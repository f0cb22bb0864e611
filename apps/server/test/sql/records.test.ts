import { describe, expect, it } from 'vitest'
import { Scopes } from '../../src/permissions/index.js'
import { planVersions, versionScopes } from '../../src/records/history/plan-versions.js'
import { parseListQuery } from '../../src/records/read/parse-list-query.js'
import { parseSelection } from '../../src/records/read/parse-selection.js'
import { planGet } from '../../src/records/read/plan-get.js'
import { planList } from '../../src/records/read/plan-list.js'
import { parseQueryString } from '../../src/records/read/raw-query.js'
import { planRestore } from '../../src/records/trash/plan-restore.js'
import { planCreate, planCreateMany, planDelete, planUpdate } from '../../src/records/write/plan-write.js'
import { testSchema } from '../support/test-schema.js'

const posts = testSchema.collections.get('posts')!
const user = new Scopes(testSchema, new Set(['public', 'user']))
const anonymous = new Scopes(testSchema, new Set(['public']))
const admin = new Scopes(testSchema, undefined)

const list = (scopes: Scopes, search: string): string =>
  planList(parseListQuery(parseQueryString(search), scopes.read(posts)!)).page.text

/** Statements of records, to be read in the diff whenever they change. */
describe('golden SQL', () => {
  it.each([
    ['list-anonymous', () => list(anonymous, 'filter={"status":"published"}&sort=-createdAt&limit=20')],
    ['list-masked', () => list(user, 'filter={"salary":{"$gt":10}}&sort=-salary,title')],
    ['list-admin-expand', () => list(admin, 'expand=author,comments(sort:-createdAt,limit:3,expand(post)),readers')],
    ['list-relation-sort', () => list(admin, 'sort=author.email&fields=title')],
    ['get-user', () => planGet(parseSelection({}, user.read(posts)!)).text],
    ['get-anonymous', () => planGet(parseSelection({ expand: 'comments' }, anonymous.read(posts)!)).text],
    ['versions-user', () => planVersions(versionScopes(user.read(posts)!), undefined, 30).text],
    ['restore', () => planRestore([posts, testSchema.collections.get('comments')!]).text],
    [
      'create-user',
      () => {
        const scope = user.create(posts)!
        const columns = ['id', 'title', 'status'].map((name) => posts.fields.get(name)!)
        const shape = {
          scope,
          columns,
          grant: scope.grants(columns)[0]!,
          lists: [],
          operations: new Map(),
          deferred: false,
        }
        return planCreate(shape, parseSelection({}, user.read(posts)!)).text
      },
    ],
    [
      'create-many-admin',
      () => {
        const scope = admin.create(posts)!
        const columns = ['id', 'title', 'views', 'labels', 'author'].map((name) => posts.fields.get(name)!)
        const shape = {
          scope,
          columns,
          grant: scope.grants(columns)[0]!,
          lists: [],
          operations: new Map(),
          deferred: false,
        }
        return planCreateMany(shape, undefined).text
      },
    ],
    [
      'update-user',
      () => {
        const scope = user.update(posts)!
        const columns = ['title', 'author'].map((name) => posts.fields.get(name)!)
        const shape = {
          scope,
          columns,
          grant: scope.grants(columns)[0]!,
          lists: [],
          operations: new Map(),
          deferred: false,
        }
        return planUpdate(shape, undefined, true).text
      },
    ],
    ['delete-user', () => planDelete(user.delete(posts)!, false).text],
  ])('%s', async (name, build) => {
    await expect(`${build()}\n`).toMatchFileSnapshot(`./golden/${name}.sql`)
  })
})
