import { AppError } from '../../lib/index.js'

/** What a sign-in that was begun here expects of the answer. */
export interface Expectations {
  readonly requestId: string
  readonly callbackUrl: string
  readonly idpIssuer: string
}

/** The parts of an assertion that are looked at, as xml2js gives them. */
interface ParsedAssertion {
  readonly Assertion?: {
    readonly Issuer?: readonly { readonly _?: string }[]
    readonly Subject?: readonly { readonly SubjectConfirmation?: readonly Confirmation[] }[]
    readonly Conditions?: readonly unknown[]
    readonly AuthnStatement?: readonly unknown[]
  }
}

interface Confirmation {
  readonly $?: { readonly Method?: string }
  readonly SubjectConfirmationData?: readonly { readonly $?: Readonly<Record<string, string>> }[]
}

const bearer = 'urn:oasis:names:tc:SAML:2.0:cm:bearer'
const algorithmsOfOld = /Algorithm\s*=\s*(["'])[^"']*(?:rsa-sha1|dsa-sha1|xmldsig#sha1|hmac-|rsa-md5|#md5)[^"']*\1/i

/** Signatures that can be forged, or made by whoever knows the certificate. @throws invalid_secret */
export function checkAlgorithms(xml: string): void {
  if (algorithmsOfOld.test(xml)) throw refusedAssertion('signed by an algorithm that is too weak')
}

/**
 * What the library leaves open, checked in what was signed and nowhere else: the assertion must come from the one provider
 * that was asked, answer this very request, and be meant for this place. An old assertion in a new envelope is none of that.
 * @throws invalid_secret
 */
export function checkAssertion(parsed: Record<string, unknown>, expected: Expectations): void {
  const { Assertion: assertion } = parsed as ParsedAssertion
  if (assertion?.Issuer?.length !== 1 || assertion.Issuer[0]?._ !== expected.idpIssuer)
    throw refusedAssertion('from another issuer')
  if (assertion.Conditions?.length !== 1) throw refusedAssertion('without conditions')
  if (!assertion.AuthnStatement?.length) throw refusedAssertion('without a statement that somebody signed in')
  if (assertion.Subject?.length !== 1) throw refusedAssertion('of no one subject')
  if (!(assertion.Subject[0]?.SubjectConfirmation ?? []).some((one) => confirms(one, expected)))
    throw refusedAssertion('for another request or another receiver')
}

function confirms({ $, SubjectConfirmationData: data }: Confirmation, expected: Expectations): boolean {
  const facts = data?.length === 1 ? data[0]?.$ : undefined
  return (
    $?.Method === bearer &&
    facts !== undefined &&
    facts['InResponseTo'] === expected.requestId &&
    facts['Recipient'] === expected.callbackUrl &&
    Date.parse(facts['NotOnOrAfter'] ?? '') > Date.now() - clockSkewMs
  )
}

/** Clocks of two companies differ by seconds, not by minutes. */
export const clockSkewMs = 10_000

/** One answer for every reason; which one it was, the log tells. */
export const refusedAssertion = (reason: unknown): AppError =>
  new AppError('invalid_secret', 'The answer of the identity provider is not valid', {
    hint: 'Begin the sign-in again. The log of the server says what is wrong with the answer.',
    cause: reason instanceof Error ? reason : new Error(`an assertion ${String(reason)}`),
  })
