import { callForData } from './http.js'
import { admin, type Side } from './sides.js'
import { loginUrl } from './urls.js'

/**
 * Runs work while the server logs no changes of posts, as an admin may decide for a collection. The floor never does.
 */
export async function withoutChangeLog<T>(side: Side, work: () => Promise<T>): Promise<T> {
  if (side.name === 'floor') return work()
  await setChangeLog(side, 'off')
  try {
    return await work()
  } finally {
    await setChangeLog(side, 'full')
  }
}

async function setChangeLog({ url }: Side, changeLog: 'full' | 'off'): Promise<void> {
  const { accessToken: token } = await callForData(url, { method: 'POST', path: loginUrl, body: admin })
  await callForData(url, { method: 'PATCH', path: '/api/v1/admin/collections/posts', token, body: { changeLog } })
}
