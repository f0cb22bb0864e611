import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

// biome-ignore lint/suspicious/noExplicitAny: options and responses are JSON that attacks bend
type AnyJson = any

/** What an attacker makes different. */
export interface Bends {
  readonly origin?: string
  readonly rpId?: string
  readonly challenge?: string
  readonly type?: string
  readonly crossOrigin?: boolean
  readonly topOrigin?: string
  readonly present?: boolean
  readonly verified?: boolean
  readonly counter?: number
  readonly userHandle?: string | undefined
  readonly key?: KeyObject
  readonly credentialId?: Buffer
  /** COSE number of the algorithm of the key. */
  readonly algorithm?: number
  /** The attestation statement, as CBOR, and its format. */
  readonly statement?: { readonly format: string; readonly cbor: Buffer }
}

const keyPair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest()

/** A passkey in software, written after WebAuthn level 3: does all that a real one does, and what it should never do. */
export class SoftwarePasskey {
  readonly credentialId: Buffer
  private readonly keys = keyPair()
  private userHandle = ''
  counter = 1

  constructor(
    readonly origin: string,
    credentialId: Buffer = randomBytes(32),
  ) {
    this.credentialId = credentialId
  }

  register(options: AnyJson, bends: Bends = {}): AnyJson {
    this.userHandle = options.user.id
    const credentialId = bends.credentialId ?? this.credentialId
    const { x, y } = this.keys.publicKey.export({ format: 'jwk' })
    const coordinate = (value: string) => Buffer.concat([Buffer.from([0x58, 0x20]), Buffer.from(value, 'base64url')])
    const publicKey = Buffer.concat([
      ...[Buffer.from([0xa5, 0x01, 0x02, 0x03]), cborInteger(bends.algorithm ?? -7), Buffer.from([0x20, 0x01, 0x21])],
      ...[coordinate(x!), Buffer.from([0x22]), coordinate(y!)],
    ])
    const length = Buffer.alloc(2)
    length.writeUInt16BE(credentialId.length)
    const authData = Buffer.concat([
      this.authenticatorData(options.rp.id, bends, 0x40),
      ...[Buffer.alloc(16), length, credentialId, publicKey],
    ])
    const { format, cbor } = bends.statement ?? { format: 'none', cbor: Buffer.from([0xa0]) }
    const attestationObject = Buffer.concat([
      ...[Buffer.from([0xa3]), cborText('fmt'), cborText(format), cborText('attStmt'), cbor],
      ...[cborText('authData'), cborBytes(authData)],
    ])
    return this.credential(
      { clientDataJSON: this.clientData('webauthn.create', options, bends), attestationObject },
      credentialId,
    )
  }

  prove(options: AnyJson, bends: Bends = {}): AnyJson {
    this.counter += 1
    const clientDataJSON = this.clientData('webauthn.get', options, bends)
    const authenticatorData = this.authenticatorData(options.rpId, bends, 0)
    const signed = Buffer.concat([authenticatorData, sha256(clientDataJSON)])
    const signature = sign('sha256', signed, bends.key ?? this.keys.privateKey)
    const userHandle = 'userHandle' in bends ? bends.userHandle : this.userHandle
    return this.credential(
      { clientDataJSON, authenticatorData, signature, ...(userHandle !== undefined && { userHandle }) },
      bends.credentialId ?? this.credentialId,
    )
  }

  private clientData(type: string, options: AnyJson, bends: Bends): Buffer {
    const { challenge = options.challenge, origin = this.origin, crossOrigin = false, topOrigin } = bends
    return Buffer.from(JSON.stringify({ type: bends.type ?? type, challenge, origin, crossOrigin, topOrigin }))
  }

  private authenticatorData(rpId: string, bends: Bends, flags: number): Buffer {
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(bends.counter ?? this.counter)
    const seen = (bends.present === false ? 0 : 1) | (bends.verified === false ? 0 : 4)
    return Buffer.concat([sha256(bends.rpId ?? rpId), Buffer.from([flags | seen]), counter])
  }

  private credential(response: Record<string, Buffer | string>, credentialId: Buffer): AnyJson {
    const id = credentialId.toString('base64url')
    const texts = Object.entries(response).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : value.toString('base64url'),
    ])
    return { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response: Object.fromEntries(texts) }
  }
}

export const otherKey = (): KeyObject => keyPair().privateKey

const head = (major: number, length: number): Buffer =>
  length < 24
    ? Buffer.from([(major << 5) | length])
    : length < 256
      ? Buffer.from([(major << 5) | 24, length])
      : Buffer.from([(major << 5) | 25, length >> 8, length & 255])

export const cborText = (text: string): Buffer => Buffer.concat([head(3, Buffer.byteLength(text)), Buffer.from(text)])
export const cborBytes = (bytes: Buffer): Buffer => Buffer.concat([head(2, bytes.length), bytes])
const cborInteger = (value: number): Buffer => (value < 0 ? head(1, -1 - value) : head(0, value))
