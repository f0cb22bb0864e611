import type { Ceremony } from './ceremonies.js'
import type { Assertion, Attestation } from './parse-response.js'
import type { UserVerification } from './passkey-settings.js'
import type { StoredPasskey } from './passkey-store.js'

/** What a new passkey is known by. */
export interface VerifiedAttestation {
  readonly credentialId: string
  readonly publicKey: Buffer
  readonly signCount: number
  readonly backedUp: boolean
  readonly aaguid: string
}

export interface VerifiedAssertion {
  readonly signCount: number
  readonly backedUp: boolean
  /** The authenticator saw that it is the user: it counts as two factors. */
  readonly userVerified: boolean
}

/** ES256, EdDSA and RS256: what authenticators have. */
const algorithms = [-7, -8, -257]

type Descriptor = Pick<StoredPasskey, 'credentialId' | 'transports'>

// Few servers ever see a passkey, so the library is loaded when one does.
const library = () => import('@simplewebauthn/server')

export async function creationOptions(
  { challenge, party }: Ceremony,
  { userId, userName, known }: { userId: string; userName: string; known: readonly Descriptor[] },
): Promise<object> {
  const { generateRegistrationOptions } = await library()
  return generateRegistrationOptions({
    rpID: party.id,
    rpName: party.name,
    userID: new TextEncoder().encode(userId),
    userName,
    userDisplayName: userName,
    challenge: bytesOf(challenge),
    timeout: 300_000,
    attestationType: 'none',
    excludeCredentials: known.map(toDescriptor),
    authenticatorSelection: { residentKey: 'required', userVerification: party.userVerification },
    supportedAlgorithmIDs: [...algorithms],
  })
}

export async function requestOptions(
  { challenge, party }: Ceremony,
  known: readonly Descriptor[] | undefined,
): Promise<object> {
  const { generateAuthenticationOptions } = await library()
  return generateAuthenticationOptions({
    rpID: party.id,
    challenge: bytesOf(challenge),
    timeout: 300_000,
    userVerification: party.userVerification,
    ...(known && { allowCredentials: known.map(toDescriptor) }),
  })
}

/** Undefined for what is no answer to this challenge. */
export async function verifyAttestation(
  { challenge, party }: Ceremony,
  attestation: Attestation,
): Promise<VerifiedAttestation | undefined> {
  const { verifyRegistrationResponse } = await library()
  const { id, clientDataJSON, attestationObject } = attestation
  if (!(await statesNothing(attestationObject))) return undefined
  const verified = await orUndefined(() =>
    verifyRegistrationResponse({
      response: { ...credential(id), response: { clientDataJSON, attestationObject } },
      expectedChallenge: challenge,
      expectedOrigin: [...party.origins],
      expectedRPID: party.id,
      requireUserVerification: isRequired(party.userVerification),
      supportedAlgorithmIDs: [...algorithms],
    }),
  )
  if (!verified?.verified || verified.registrationInfo.credential.id !== id) return undefined
  const { credential: made, credentialBackedUp: backedUp, aaguid } = verified.registrationInfo
  return { credentialId: id, publicKey: Buffer.from(made.publicKey), signCount: made.counter, backedUp, aaguid }
}

/** Undefined for what is no answer to this challenge by this passkey. */
export async function verifyAssertion(
  { challenge, party }: Ceremony,
  { id, userHandle, ...response }: Assertion,
  passkey: StoredPasskey,
): Promise<VerifiedAssertion | undefined> {
  const { verifyAuthenticationResponse } = await library()
  const { credentialId, publicKey, signCount: counter } = passkey
  const verified = await orUndefined(() =>
    verifyAuthenticationResponse({
      response: { ...credential(id), response: { ...response, ...(userHandle && { userHandle }) } },
      expectedChallenge: challenge,
      expectedOrigin: [...party.origins],
      expectedRPID: party.id,
      credential: { id: credentialId, publicKey: new Uint8Array(publicKey), counter },
      requireUserVerification: isRequired(party.userVerification),
    }),
  )
  if (!verified?.verified) return undefined
  const { newCounter, credentialBackedUp, userVerified } = verified.authenticationInfo
  return { signCount: newCounter, backedUp: credentialBackedUp, userVerified }
}

/**
 * We ask for no statement about the authenticator. One that comes with certificates all the same is refused unread: to check
 * those, the library would fetch addresses that whoever made them wrote there.
 */
async function statesNothing(attestationObject: string): Promise<boolean> {
  const { decodeAttestationObject } = await import('@simplewebauthn/server/helpers')
  const decoded = await orUndefined(async () => decodeAttestationObject(bytesOf(attestationObject)))
  const format = decoded?.get('fmt')
  return format === 'none' || (format === 'packed' && decoded?.get('attStmt').get('x5c') === undefined)
}

/** The library throws what is wrong, whatever it is: all of it is one answer to the caller. */
async function orUndefined<T>(verify: () => Promise<T>): Promise<T | undefined> {
  try {
    return await verify()
  } catch {
    return undefined
  }
}

const credential = (id: string) => ({ id, rawId: id, type: 'public-key' as const, clientExtensionResults: {} })

const isRequired = (userVerification: UserVerification): boolean => userVerification === 'required'

const toDescriptor = ({ credentialId, transports }: Descriptor) => ({ id: credentialId, transports: [...transports] })

const bytesOf = (base64url: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(base64url, 'base64url'))
