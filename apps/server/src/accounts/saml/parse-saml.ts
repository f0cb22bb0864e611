import { AppError, invalidAt } from '../../lib/index.js'

const challengePattern = /^[\w-]{43}$/

/** The query of the beginning. @throws invalid_query, invalid_value */
export function parseSamlStart(query: Readonly<Record<string, unknown>>): {
  redirectTo: string | undefined
  codeChallenge: string | undefined
} {
  const unknown = Object.keys(query).find((name) => name !== 'redirectTo' && name !== 'codeChallenge')
  if (unknown !== undefined) throw invalidAt('invalid_query', unknown, `"${unknown}" is no parameter of a sign-in`)
  const { redirectTo, codeChallenge } = query
  if (redirectTo !== undefined && typeof redirectTo !== 'string')
    throw invalidAt('invalid_value', 'redirectTo', 'redirectTo must be one URL')
  if (codeChallenge !== undefined && (typeof codeChallenge !== 'string' || !challengePattern.test(codeChallenge)))
    throw invalidAt('invalid_value', 'codeChallenge', 'codeChallenge must be a SHA-256 in base64url')
  return { redirectTo, codeChallenge }
}

/** The form that the identity provider makes the browser send. @throws invalid_body */
export function parseSamlAnswer(body: unknown): { answer: string; relayState: string } {
  const { SAMLResponse: answer, RelayState: relayState } = (body ?? {}) as Record<string, unknown>
  if (typeof answer !== 'string' || answer === '' || typeof relayState !== 'string')
    throw new AppError('invalid_body', 'The form must hold SAMLResponse and RelayState', {
      hint: 'Sign-ins begin at GET /api/v1/auth/saml/{provider}; those that the identity provider begins are not taken',
    })
  return { answer, relayState }
}
