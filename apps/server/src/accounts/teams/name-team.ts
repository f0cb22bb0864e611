import type { Collection } from '../../collections/index.js'
import type { Executor } from '../../platform/db/index.js'

const maxLength = 60
const naming = ['name', 'title', 'label']
const nameless = 'a team'

/**
 * What a mail calls the team. Its members choose the name, and the mail goes to whomever they say: it must not carry what
 * a mail program would make a link of.
 */
export async function nameTeam(tx: Executor, { table, fields }: Collection, teamId: string): Promise<string> {
  const field = naming
    .map((name) => fields.get(name))
    .find((found) => found?.definition.type === 'text' && !found.hidden)
  if (!field) return nameless
  const { rows } = await tx.run({ text: `select ${field.column} from ${table} where id = $1`, values: [teamId] })
  return harmless((rows[0]?.[0] ?? '') as string)
}

export function harmless(name: string): string {
  const plain = name.replace(/[\p{C}\p{Z}]+/gu, ' ').trim()
  if (plain === '' || /[/\\:@<>]|\p{L}\.\p{L}/u.test(plain)) return nameless
  return plain.length > maxLength ? `${[...plain].slice(0, maxLength - 1).join('')}…` : plain
}
