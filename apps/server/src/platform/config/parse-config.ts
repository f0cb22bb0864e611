import { readFileSync } from 'node:fs'
import type { Setting } from './setting.js'
import { settings } from './settings.js'
import { StartError } from './start-error.js'

type Parsed = { readonly [K in keyof typeof settings]: ReturnType<(typeof settings)[K]['parse']> }

/** What the environment says, checked and frozen. */
export type Config = Omit<Parsed, 'publicUrl'> & {
  readonly publicUrl: string
  /** What the environment says, by key, as it stands there; secrets read `***`. What is not in it has its default. */
  readonly given: ReadonlyMap<string, string>
}

/** Injection token of {@link Config}. */
export const CONFIG = Symbol('CONFIG')

/** Everything that is wrong with the environment, one sentence each. */
export class ConfigError extends StartError {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'))
    this.name = 'ConfigError'
  }
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the environment. Empty counts as absent; `NAME_FILE` names a file that holds the value, such as a Docker secret.
 * @throws ConfigError with all problems at once
 */
export function parseConfig(env: Environment): Config {
  const problems: string[] = []
  const values: Record<string, unknown> = {}
  const given = new Map<string, string>()
  for (const [name, setting] of Object.entries(settings) as [string, Setting<unknown>][]) {
    try {
      const text = readValue(env, setting.key)
      if (text !== undefined) given.set(setting.key, setting.secret ? '***' : text)
      values[name] = setting.parse(text)
    } catch (error) {
      problems.push(`${setting.key} ${(error as Error).message}`)
    }
  }
  const parsed = values as unknown as Parsed
  if ((parsed.adminEmail === undefined) !== (parsed.adminPassword === undefined))
    problems.push('ADMIN_EMAIL and ADMIN_PASSWORD must be set together')
  if (parsed.smtpUrl !== undefined && parsed.mailFrom === undefined) problems.push('SMTP_URL needs MAIL_FROM')
  if (problems.length > 0) throw new ConfigError(problems)
  return Object.freeze({ ...parsed, given, publicUrl: parsed.publicUrl ?? listenUrl(parsed.host, parsed.port) })
}

function readValue(env: Environment, key: string): string | undefined {
  const value = env[key] || undefined
  const file = env[`${key}_FILE`] || undefined
  if (file === undefined) return value
  if (value !== undefined) throw new Error(`and ${key}_FILE are both set; keep one`)
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '') || undefined
  } catch (error) {
    throw new Error(`cannot be read from ${key}_FILE=${file} (${(error as NodeJS.ErrnoException).code})`)
  }
}

/** The URL at which a server listening there is reached from the same machine. */
export function listenUrl(host: string, port: number): string {
  const everywhere = host === '0.0.0.0' || host === '::'
  const name = everywhere ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `http://${name}:${port}`
}
