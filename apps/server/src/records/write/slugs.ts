import { randomBytes } from 'node:crypto'
import { AppError } from '../../lib/index.js'
import { attempt, type Target } from './target.js'
import type { WriteBody } from './write-body.js'

/** The body with other slugs where the server made them: the ones it had are taken. */
function remakeSlugs(body: WriteBody): WriteBody {
  const columns = new Map(body.columns)
  for (const field of body.made) {
    const suffix = `-${randomBytes(3).toString('hex')}`
    const slug = String(columns.get(field)).slice(0, (field.definition.maxLength ?? 200) - suffix.length)
    columns.set(field, `${slug.replace(/-$/, '')}${suffix}`)
  }
  return { ...body, columns }
}

/** Writes; when a slug the server made is taken, once more with other ones. */
export async function withFreeSlugs<T>(
  target: Target,
  bodies: readonly WriteBody[],
  write: (bodies: readonly WriteBody[]) => Promise<T>,
): Promise<T> {
  const made = new Set<string>()
  for (const body of bodies) for (const { name } of body.made) made.add(name)
  if (made.size === 0) return write(bodies)
  try {
    return await attempt(target, () => write(bodies))
  } catch (error) {
    const taken = error instanceof AppError && error.code === 'unique_violation' ? error.options.errors : undefined
    if (!taken?.some(({ path }) => made.has(path))) throw error
    return write(bodies.map(remakeSlugs))
  }
}
