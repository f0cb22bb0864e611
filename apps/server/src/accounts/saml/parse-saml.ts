import { AppError } from '../../lib/index.js'

/** The form that the identity provider makes the browser send. @throws invalid_body */
export function parseSamlAnswer(body: unknown): { answer: string; relayState: string } {
  const { SAMLResponse: answer, RelayState: relayState } = (body ?? {}) as Record<string, unknown>
  if (typeof answer !== 'string' || answer === '' || typeof relayState !== 'string')
    throw new AppError('invalid_body', 'The form must hold SAMLResponse and RelayState', {
      hint: 'Sign-ins begin at GET /api/v1/auth/saml/{provider}; those that the identity provider begins are not taken',
    })
  return { answer, relayState }
}
