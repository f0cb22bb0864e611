import type { AdminUserInfo } from '@holdfast/contract'
import { describeError } from '../../ui/describe-error'
import { userLabel } from '../parts/user-label'

const atOnce = 4

/**
 * Does the same for every user, a few at a time, whatever fails for some.
 * @throws Error that names those for whom it failed, and why
 */
export async function forEachUser(
  users: readonly AdminUserInfo[],
  work: (user: AdminUserInfo) => Promise<unknown>,
): Promise<void> {
  const failed: string[] = []
  const queue = [...users]
  const next = async (): Promise<void> => {
    for (let user = queue.shift(); user !== undefined; user = queue.shift()) {
      try {
        await work(user)
      } catch (error) {
        failed.push(`${userLabel(user)}: ${describeError(error).title}`)
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, next))
  if (failed.length > 0) throw new Error(`${failed.length} of ${users.length} failed. ${failed.slice(0, 5).join('; ')}`)
}
