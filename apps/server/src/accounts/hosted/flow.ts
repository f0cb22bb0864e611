import { invalidAt } from '../../lib/index.js'
import type { Redirects } from '../redirects/redirects.js'

/** What an app that sent somebody here wants: to get them back, with a code that nobody else can use. */
export interface Flow {
  readonly redirectTo?: URL
  /** BASE64URL(SHA256(codeVerifier)): RFC 7636. */
  readonly codeChallenge?: string
}

const challengePattern = /^[\w-]{43}$/

/** A page that no app is sent to by itself: what stands in its query is the flow of a mail. */
const wrapper = '/auth/ui/resume'

/** @throws invalid_value for a place that is not allowed */
export async function parseFlow(
  fields: Readonly<Record<string, unknown>>,
  redirects: Pick<Redirects, 'check'>,
): Promise<Flow> {
  const { redirectTo, codeChallenge } = fields
  if (codeChallenge !== undefined && codeChallenge !== '' && !challengePattern.test(String(codeChallenge)))
    throw invalidAt('invalid_value', 'codeChallenge', 'codeChallenge must be BASE64URL(SHA256(codeVerifier))')
  const target =
    typeof redirectTo === 'string' && redirectTo !== '' ? await redirects.check(redirectTo, 'redirectTo') : undefined
  if (target?.pathname === wrapper) return parseFlow(Object.fromEntries(target.searchParams), redirects)
  return {
    ...(target && { redirectTo: target }),
    ...(codeChallenge ? { codeChallenge: String(codeChallenge) } : {}),
  }
}

/** The flow as one URL of ours, for the link of a mail. */
export function wrapFlow(flow: Flow, publicUrl: string): string | undefined {
  const fields = fieldsOf(flow)
  return fields.length === 0 ? undefined : `${publicUrl}${wrapper}?${new URLSearchParams(fields)}`
}

export const fieldsOf = ({ redirectTo, codeChallenge }: Flow): [string, string][] => [
  ...(redirectTo ? [['redirectTo', redirectTo.href] as [string, string]] : []),
  ...(codeChallenge ? [['codeChallenge', codeChallenge] as [string, string]] : []),
]

/** A link to one of the pages that takes the flow along. */
export function linkTo(page: string, flow: Flow, more: readonly [string, string][] = []): string {
  const query = new URLSearchParams([...fieldsOf(flow), ...more]).toString()
  return `/auth/ui/${page}${query && `?${query}`}`
}
