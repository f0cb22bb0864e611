import { readFile } from 'node:fs/promises'
import type { CollectionDefinition, One, RuleTestReport, RuleTestRequest } from '@holdfast/contract'
import { type Connection, connect } from '../connect.js'
import { UsageError } from '../errors.js'
import { writeReport } from './write-report.js'

export interface RuleTestOptions extends Connection {
  /** Only the tests of this collection. */
  readonly collection?: string
  /** Definitions to try in place of those the server has. */
  readonly file?: string
}

/** `holdfast rules test`: tries the tests of the rules on the server, which changes nothing. */
export async function testRules(
  { collection, file, ...connection }: RuleTestOptions,
  env: NodeJS.ProcessEnv,
): Promise<{ stdout: string; failed: boolean }> {
  const request: RuleTestRequest = {
    ...(collection !== undefined && { collection }),
    ...(file !== undefined && { collections: await readDefinitions(file) }),
  }
  const client = await connect(connection, env)
  const { data } = (await client.send('POST', '/admin/rules/test', { body: request })) as One<RuleTestReport>
  return { stdout: writeReport(data), failed: data.failed > 0 }
}

/** A list of definitions, one definition, or `{"collections": […]}`. What is in them the server checks. */
async function readDefinitions(file: string): Promise<CollectionDefinition[]> {
  const content = parseJson(await readText(file), file)
  if (Array.isArray(content)) return content as CollectionDefinition[]
  if (typeof content !== 'object' || content === null) throw new UsageError(`${file} holds no definitions`)
  return 'collections' in content
    ? (content.collections as CollectionDefinition[])
    : [content as unknown as CollectionDefinition]
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`)
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UsageError(`${file} is not JSON: ${(error as Error).message}`)
  }
}
