import type { SessionInfo } from '@holdfast/contract'
import type { Executor } from '../../platform/db/index.js'
import type { PageQuery } from '../page-query.js'
import { describeDevice } from './describe-device.js'

/** A page of the live sessions of a user, the newest first. `currentId`: the session of the caller. */
export async function listSessions(
  db: Executor,
  userId: string,
  { limit, after }: PageQuery,
  currentId: string | undefined,
): Promise<SessionInfo[]> {
  const { rows } = await db.run({ text: list, values: [userId, limit, after ?? null] })
  const found = (rows as [string][]).map(([json]) => JSON.parse(json) as Listed)
  return Promise.all(
    found.map(async ({ country, city, ...session }) => ({
      ...session,
      current: session.id === currentId,
      device: await describeDevice(session.userAgent),
      place: country === null && city === null ? null : { country, city },
    })),
  )
}

type Listed = Omit<SessionInfo, 'current' | 'device' | 'place'> & { country: string | null; city: string | null }

/** SQL for a time as it goes over the wire. */
export const iso = (time: string): string => `to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

const list = `
  select json_build_object(
    'id', s.id, 'createdAt', ${iso('s.created_at')}, 'lastUsedAt', ${iso('s.last_used_at')},
    'expiresAt', ${iso('s.expires_at')}, 'userAgent', s.user_agent, 'address', s.address, 'country', s.country,
    'city', s.city, 'methods', s.methods,
    'impersonatedBy', case when i.id is not null then
      json_build_object('email', i.admin_email, 'reason', i.reason, 'at', ${iso('i.started_at')}) end)::text
  from holdfast.sessions s left join holdfast.impersonations i on i.session_id = s.id
  where s.user_id = $1 and s.revoked_at is null and s.expires_at > now() and ($3::uuid is null or s.id < $3)
  order by s.id desc limit $2`
