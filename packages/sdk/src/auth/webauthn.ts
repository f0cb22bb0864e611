import type { PasskeyAnswer, PasskeyCeremony } from '@holdfast/contract'

/** What browsers have since 2024 to turn the JSON of WebAuthn level 3 into what they want, and back. */
interface PublicKeyCredentials {
  parseCreationOptionsFromJSON(options: object): PublicKeyCredentialCreationOptions
  parseRequestOptionsFromJSON(options: object): PublicKeyCredentialRequestOptions
}

/** Lets the user choose a passkey and prove it. @throws DOMException `NotAllowedError` when the user declines */
export async function askForPasskey({ challengeId, options }: PasskeyCeremony): Promise<PasskeyAnswer> {
  const publicKey = webAuthn().parseRequestOptionsFromJSON(options)
  return { challengeId, response: toJson(await navigator.credentials.get({ publicKey })) }
}

/** Lets the user make a passkey. */
export async function makePasskey({ challengeId, options }: PasskeyCeremony): Promise<PasskeyAnswer> {
  const publicKey = webAuthn().parseCreationOptionsFromJSON(options)
  return { challengeId, response: toJson(await navigator.credentials.create({ publicKey })) }
}

function webAuthn(): PublicKeyCredentials {
  const credentials = (globalThis as { PublicKeyCredential?: Partial<PublicKeyCredentials> }).PublicKeyCredential
  if (credentials?.parseRequestOptionsFromJSON) return credentials as PublicKeyCredentials
  throw new Error(
    'There are no passkeys here: this needs a current browser and a page served by https or from localhost',
  )
}

const toJson = (credential: Credential | null): PasskeyAnswer['response'] =>
  (credential as unknown as { toJSON(): PasskeyAnswer['response'] }).toJSON()
