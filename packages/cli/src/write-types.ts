import { writeFile } from 'node:fs/promises'
import { type Connection, connect } from './connect.js'

export interface TypesOptions extends Connection {
  /** File to write; standard output when left out. A file stays as it is when something goes wrong. */
  readonly out?: string
}

/** `holdfast types`: the TypeScript types of the server's collections. */
export async function writeTypes(options: TypesOptions, env: NodeJS.ProcessEnv): Promise<string> {
  const client = await connect(options, env)
  const types = await client.admin.schema.types()
  if (options.out === undefined) return types
  await writeFile(options.out, types)
  return ''
}
