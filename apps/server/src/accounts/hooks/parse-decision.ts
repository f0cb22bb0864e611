import type { Json, SignUpDecision } from '@holdfast/contract'

const maxMessageLength = 500
const controls = /\p{Cc}/gu

/** The answer of `beforeSignUp`; undefined for one that does not decide, or names fields that visitors may not set. */
export function parseDecision(answer: unknown, profileFields: ReadonlySet<string>): SignUpDecision | undefined {
  if (!isObject(answer)) return undefined
  const { decision, message, profile } = answer
  if (decision === 'deny') return { decision, ...(typeof message === 'string' && { message: clean(message) }) }
  if (decision !== 'allow') return undefined
  if (profile === undefined) return { decision }
  if (!isObject(profile) || Object.keys(profile).some((name) => !profileFields.has(name))) return undefined
  return { decision, profile }
}

const clean = (message: string): string => message.replaceAll(controls, ' ').slice(0, maxMessageLength)

export const isObject = (value: unknown): value is { [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
