import { type AuthEvent, HoldfastError } from '@holdfast/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { ada, connect, countRequests, openStorage, startSdkServer } from './support.js'

let server: TestServer

beforeAll(async () => {
  server = (await startSdkServer()).server
  await connect(server).auth.signUp(ada)
})
afterAll(() => server.stop())

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof HoldfastError ? error.code : String(error)),
  )

/** Events of a client, each a task later. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 10))

describe('signing in', () => {
  it('signs up with profile fields and is signed in', async () => {
    const client = connect(server)
    const { user } = await client.auth.signUp({
      email: 'grace@example.com',
      password: 'nanosecond',
      displayName: 'Grace',
    })
    expect(user).toMatchObject({ email: 'grace@example.com', displayName: 'Grace' })
    expect(client.auth.user?.id).toBe(user.id)
    expect(await client.auth.me()).toEqual(user)
  })

  it('tells what is wrong with codes', async () => {
    const { auth } = connect(server)
    expect(await codeOf(auth.signInWithPassword({ ...ada, password: 'wrong password' }))).toBe('invalid_credentials')
    expect(await codeOf(auth.signUp(ada))).toBe('unique_violation')
    expect(await codeOf(auth.signUp({ email: 'b@example.com', password: 'short' }))).toBe('validation_failed')
    expect(await codeOf(auth.me())).toBe('unauthenticated')
    expect(await codeOf(auth.refresh())).toBe('unauthenticated')
    expect(auth.user).toBeNull()
  })

  it('signs out here and on the server', async () => {
    const storage = openStorage()
    const client = connect(server, { storage })
    const { refreshToken } = await client.auth.signInWithPassword(ada)
    await client.auth.signOut()
    expect(client.auth.user).toBeNull()
    expect(storage.session).toBeUndefined()
    const again = await server.request('POST', '/api/v1/auth/refresh', { body: { refreshToken } })
    expect(again.status).toBe(401)
    await client.auth.signOut()
  })

  it('is signed out here even when the server cannot be told', async () => {
    const client = connect(server)
    const { refreshToken } = await client.auth.signInWithPassword(ada)
    const noTime = AbortSignal.abort(new Error('no time'))
    await expect(client.auth.signOut({ signal: noTime })).rejects.toThrow('no time')
    expect(client.auth.user).toBeNull()
    await server.request('POST', '/api/v1/auth/logout', { body: { refreshToken } })
  })

  it('keeps the session in the storage for the next start', async () => {
    const storage = openStorage()
    await connect(server, { storage }).auth.signInWithPassword(ada)
    const next = connect(server, { storage })
    expect(next.auth.user?.email).toBe(ada.email)
    expect((await next.auth.me()).email).toBe(ada.email)
  })

  it('waits for a storage that answers later', async () => {
    const storage = openStorage()
    await connect(server, { storage }).auth.signInWithPassword(ada)
    const next = connect(server, { storage: { ...storage, getItem: async () => JSON.stringify(storage.session) } })
    expect(next.auth.user).toBeNull()
    expect((await next.auth.me()).email).toBe(ada.email)
    expect(next.auth.user?.email).toBe(ada.email)
  })

  it('works where the storage does not', async () => {
    const fail = () => {
      throw new Error('quota')
    }
    const client = connect(server, { storage: { getItem: fail, setItem: fail, removeItem: fail } })
    await client.auth.signInWithPassword(ada)
    expect((await client.auth.me()).email).toBe(ada.email)
    await client.auth.signOut()
  })

  it('changes the password and goes on with new tokens, while other sessions end', async () => {
    const account = { email: 'alan@example.com', password: 'enigma machine' }
    const here = connect(server)
    await here.auth.signUp(account)
    const elsewhere = connect(server)
    await elsewhere.auth.signInWithPassword(account)
    await here.auth.changePassword({ current: account.password, password: 'bombe machine' })
    expect((await here.auth.me()).email).toBe(account.email)
    expect(await codeOf(elsewhere.auth.me())).toBe('invalid_refresh_token')
    expect(elsewhere.auth.user).toBeNull()
    expect(await codeOf(here.auth.changePassword({ current: 'wrong', password: 'bombe machine' }))).toBe(
      'invalid_credentials',
    )
    expect(here.auth.user?.email).toBe(account.email)
  })

  it('lists and ends sessions', async () => {
    const account = { email: 'edsger@example.com', password: 'shortest path' }
    const [first, second, third] = [connect(server), connect(server), connect(server)]
    await first.auth.signUp(account)
    await second.auth.signInWithPassword(account)
    await third.auth.signInWithPassword(account)
    const { data } = await first.auth.sessions()
    expect(data.map((session) => session.current)).toEqual([false, false, true])
    await first.auth.revokeSession(data[0]!.id)
    expect(await codeOf(third.auth.me())).toBe('invalid_refresh_token')
    await first.auth.revokeOtherSessions()
    expect(await codeOf(second.auth.me())).toBe('invalid_refresh_token')
    expect((await first.auth.sessions()).data).toHaveLength(1)
  })
})

describe('refreshing', () => {
  /** A client whose access token is about to expire. */
  async function almostExpired() {
    const storage = openStorage()
    await connect(server, { storage }).auth.signInWithPassword(ada)
    storage.session = { ...storage.session, refreshAt: 0 }
    const requests = countRequests()
    return { storage, requests, client: connect(server, { storage, fetch: requests.fetch }) }
  }

  /** A client whose access token the server refuses, which only the answer tells. */
  async function refused() {
    const storage = openStorage()
    await connect(server, { storage }).auth.signInWithPassword(ada)
    storage.session = { ...storage.session, accessToken: 'x.y.z' }
    const requests = countRequests()
    return { storage, requests, client: connect(server, { storage, fetch: requests.fetch }) }
  }

  it('happens before the token expires, once for all who ask', async () => {
    const { client, requests, storage } = await almostExpired()
    const users = await Promise.all(Array.from({ length: 20 }, () => client.auth.me()))
    expect(users.every((user) => user.email === ada.email)).toBe(true)
    expect(requests.count('POST /auth/refresh')).toBe(1)
    expect(requests.count('GET /auth/me')).toBe(20)
    expect(storage.session?.['refreshAt']).toBeGreaterThan(Date.now())
  })

  it('happens once when the server refuses the token, and the requests are sent again', async () => {
    const { client, requests } = await refused()
    const users = await Promise.all(Array.from({ length: 20 }, () => client.auth.me()))
    expect(users.every((user) => user.email === ada.email)).toBe(true)
    expect(requests.count('POST /auth/refresh')).toBe(1)
  })

  it('goes on for the others when one gives up waiting', async () => {
    const { client, requests } = await almostExpired()
    const impatient = new AbortController()
    const gone = client.auth.me({ signal: impatient.signal })
    const patient = client.auth.me()
    impatient.abort(new Error('too slow'))
    await expect(gone).rejects.toThrow('too slow')
    expect((await patient).email).toBe(ada.email)
    expect(requests.count('POST /auth/refresh')).toBe(1)
  })

  it('is shared by clients of one storage, as tabs of one browser are', async () => {
    const { client, storage, requests } = await almostExpired()
    const tab = connect(server, { storage, fetch: requests.fetch })
    await client.auth.me()
    expect((await tab.auth.me()).email).toBe(ada.email)
    expect(requests.count('POST /auth/refresh')).toBe(1)
  })

  it('survives two tabs that refresh at the same moment', async () => {
    const { client, storage } = await almostExpired()
    const tab = connect(server, { storage })
    await Promise.all([client.auth.me(), tab.auth.me()])
    await Promise.all([client.auth.refresh(), tab.auth.refresh()])
    expect(client.auth.user?.email).toBe(ada.email)
    expect(tab.auth.user?.email).toBe(ada.email)
  })

  it('uses the old token as long as that is good when the server cannot refresh right now', async () => {
    const storage = openStorage()
    await connect(server, { storage }).auth.signInWithPassword(ada)
    storage.session = { ...storage.session, refreshAt: 0 }
    const client = connect(server, {
      storage,
      fetch: (input, init) =>
        String(input).endsWith('/auth/refresh') ? Promise.reject(new TypeError('cut')) : fetch(input, init),
    })
    expect((await client.auth.me()).email).toBe(ada.email)
  })

  it('does not bring a session back that ended meanwhile', async () => {
    const { client } = await almostExpired()
    const refreshing = codeOf(client.auth.refresh())
    await client.auth.signOut()
    expect(await refreshing).not.toBe('done')
    expect(client.auth.user).toBeNull()
  })

  it('tells that the session ended, and goes on as nobody', async () => {
    const { client, storage } = await refused()
    storage.session = { ...storage.session, refreshToken: 'gone' }
    const client2 = connect(server, { storage })
    const events: AuthEvent[] = []
    client2.auth.onAuthStateChange((event) => events.push(event))
    expect(await codeOf(client2.auth.me())).toBe('invalid_refresh_token')
    await settled()
    expect(events).toEqual(['signedOut'])
    expect(storage.session).toBeUndefined()
    expect(await codeOf(client2.collection('comments').list())).toBe('done')
    await client.auth.signOut()
  })
})

describe('two users of one client', () => {
  const other = { email: 'katherine@example.com', password: 'trajectories' }

  beforeAll(async () => void (await connect(server).auth.signUp(other)))

  /** A client of Ada whose `/auth/me` is answered only once somebody else is signed in. */
  async function changedMeanwhile(stored: Record<string, unknown>) {
    const storage = openStorage()
    await connect(server, { storage }).auth.signInWithPassword(ada)
    storage.session = { ...storage.session, ...stored }
    const requests = countRequests()
    let signedIn: Promise<unknown> | undefined
    const client = connect(server, {
      storage,
      fetch: async (input, init) => {
        const answer = await requests.fetch(input, init)
        if (!String(input).endsWith('/auth/login')) {
          signedIn ??= client.auth.signInWithPassword(other)
          await signedIn
        }
        return answer
      },
    })
    return { client, requests }
  }

  it('never send again as the one what the other began', async () => {
    const { client, requests } = await changedMeanwhile({ accessToken: 'x.y.z' })
    expect(await codeOf(client.auth.me())).toBe('unauthenticated')
    expect(requests.count('GET /auth/me')).toBe(1)
    expect(client.auth.user?.email).toBe(other.email)
  })

  it('never wait for the tokens of the other', async () => {
    const { client, requests } = await changedMeanwhile({ refreshAt: 0, expiresAt: 0 })
    expect(await codeOf(client.auth.me())).toBe('unauthenticated')
    expect(requests.count('GET /auth/me')).toBe(0)
    expect((await client.auth.me()).email).toBe(other.email)
  })

  it('follow the storage when another tab signs in as somebody else', async () => {
    const storage = openStorage()
    const tab = connect(server, { storage })
    await tab.auth.signInWithPassword(ada)
    storage.session = { ...storage.session, refreshAt: 0 }
    const client = connect(server, { storage })
    await tab.auth.signInWithPassword(other)
    expect(await codeOf(client.auth.me())).toBe('unauthenticated')
    expect((await client.auth.me()).email).toBe(other.email)
  })
})

describe('listeners', () => {
  it('hear of every change, in order, until they stop', async () => {
    const client = connect(server)
    const events: string[] = []
    const stop = client.auth.onAuthStateChange((event, session) =>
      events.push(`${event} ${session?.user.email ?? 'nobody'}`),
    )
    await client.auth.signInWithPassword(ada)
    await client.auth.refresh()
    await client.auth.signOut()
    await settled()
    expect(events).toEqual([`signedIn ${ada.email}`, `refreshed ${ada.email}`, 'signedOut nobody'])
    stop()
    await client.auth.signInWithPassword(ada)
    await settled()
    expect(events).toHaveLength(3)
  })

  it('may use the client and refresh in it: nothing waits for them', async () => {
    const client = connect(server)
    const seen: string[] = []
    const done = new Promise<void>((resolve) => {
      client.auth.onAuthStateChange(async (event) => {
        seen.push(event)
        if (event === 'signedIn') await client.auth.refresh()
        if (event !== 'refreshed') return
        seen.push((await client.auth.me()).email)
        resolve()
      })
    })
    await client.auth.signInWithPassword(ada)
    await done
    expect(seen).toEqual(['signedIn', 'refreshed', ada.email])
  })
})
