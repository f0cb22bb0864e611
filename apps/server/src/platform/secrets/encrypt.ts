import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'

/** A key, and the name by which what it encrypted is known as its own. */
export interface SecretKey {
  readonly id: string
  readonly key: Buffer
}

const nonceBytes = 12
const tagBytes = 16

/** Whatever the material is, the key has 256 bits; the name tells nothing of it. */
export function deriveKey(material: string | Buffer): SecretKey {
  const key = Buffer.from(hkdfSync('sha256', material, '', 'holdfast secrets', 32))
  return { id: createHash('sha256').update('id of ').update(key).digest('hex').slice(0, 8), key }
}

/** AES-256-GCM. `binding` says what the text is for: it is of no use anywhere else. */
export function encrypt(text: string, binding: string, { id, key }: SecretKey): string {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(binding))
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return `${id}.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`
}

/** Undefined for what is damaged, bound to something else, or encrypted by none of the keys. */
export function decrypt(sealed: string, binding: string, keys: readonly SecretKey[]): string | undefined {
  const [id, encoded] = sealed.split('.')
  const found = keys.find((candidate) => candidate.id === id)
  const bytes = Buffer.from(encoded ?? '', 'base64url')
  if (!found || bytes.length < nonceBytes + tagBytes) return undefined
  const decipher = createDecipheriv('aes-256-gcm', found.key, bytes.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  }).setAAD(Buffer.from(binding))
  decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes))
  try {
    return decipher.update(bytes.subarray(nonceBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8')
  } catch {
    return undefined
  }
}
