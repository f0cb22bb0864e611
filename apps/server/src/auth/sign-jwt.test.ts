import { generateKeyPairSync } from 'node:crypto'
import { jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { signJwt } from './sign-jwt.js'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const header = { kid: 'k1', typ: 'at+jwt' }
const claims = { sub: 'ada', name: 'Ada Lovelace 👩‍💻', exp: 4_000_000_000 }

describe('signJwt', () => {
  it('makes a JWT that others verify', async () => {
    const { payload, protectedHeader } = await jwtVerify(signJwt(header, claims, privateKey), publicKey, {
      algorithms: ['EdDSA'],
    })
    expect(payload).toEqual(claims)
    expect(protectedHeader).toEqual({ alg: 'EdDSA', ...header })
  })

  it('is refused under another key', async () => {
    const other = generateKeyPairSync('ed25519').publicKey
    await expect(jwtVerify(signJwt(header, claims, privateKey), other)).rejects.toThrow('signature')
  })
})
