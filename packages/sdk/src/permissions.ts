import type { Action, ActionPermission, CollectionPermissions, One } from '@holdfast/contract'
import { matches } from './match.js'
import type { CallOptions, Send } from './transport.js'

/**
 * What the caller may do, as the server said it. Made for showing and hiding what a UI offers: the server decides anew with
 * every request.
 */
export class Permissions<C extends string = string> {
  /** By collection; one that is not there is closed. */
  readonly collections: { readonly [collection: string]: CollectionPermissions | undefined }

  constructor(collections: { readonly [collection: string]: CollectionPermissions | undefined }) {
    this.collections = collections
  }

  /**
   * May the caller do this with the record, or with some record when none is given? Undefined where that depends on other
   * records, which only the server sees.
   *
   * @example
   * const permissions = await client.permissions()
   * const post = await client.collection('posts').get(id)
   * if (permissions.can('update', 'posts', post) !== false) console.log('show the edit button')
   */
  can(action: Action, collection: C, record?: object): boolean | undefined {
    const permission = this.collections[collection]?.[action]
    if (!permission || permission.allowed === 'none') return false
    if (permission.allowed === 'all' || !record) return true
    return permission.conditions ? matches(permission.conditions, record) : undefined
  }

  /**
   * The fields that may be read, or written, in some record.
   *
   * @example
   * const editable = (await client.permissions()).fields('update', 'posts')
   */
  fields(action: 'read' | 'create' | 'update', collection: C): string[] {
    const permission: ActionPermission | undefined = this.collections[collection]?.[action]
    return permission && permission.allowed !== 'none' ? Object.keys(permission.fields ?? {}) : []
  }
}

/** Rules change now and then: what the server said is believed for so long. */
const rememberMs = 60_000

/** Asks for permissions, and remembers the answer until somebody else is signed in. */
export function rememberPermissions<C extends string>(send: Send, keeper: { listen(call: () => void): unknown }) {
  let known: { readonly answer: Promise<Permissions<C>>; readonly until: number } | undefined
  keeper.listen(() => {
    known = undefined
  })
  const fetch = async (options: CallOptions = {}): Promise<Permissions<C>> => {
    const answer = (await send('GET', '/me/permissions', options)) as One<Permissions<C>['collections']>
    return new Permissions(answer.data)
  }
  const get = (): Promise<Permissions<C>> => {
    if (known && Date.now() < known.until) return known.answer
    const answer = fetch()
    known = { answer, until: Date.now() + rememberMs }
    answer.catch(() => {
      known = undefined
    })
    return answer
  }
  return { fetch, get }
}
