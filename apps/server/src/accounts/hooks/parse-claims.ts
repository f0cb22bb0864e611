import type { Json } from '@holdfast/contract'
import { isObject } from './parse-decision.js'

/** Longer ones would make every request of the user longer. */
const maxBytes = 2048
const namePattern = /^[A-Za-z][\w:/.-]{0,99}$/

/** Names of RFC 7519, OpenID Connect Core, RFC 8693, RFC 9068 and ours: who somebody is and what they may is not for a hook to say. */
const reserved = new Set([
  ...['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'typ', 'cnf', 'crit'],
  ...['azp', 'nonce', 'auth_time', 'at_hash', 'c_hash', 's_hash', 'acr', 'amr', 'sub_jwk', 'events', 'toe', 'txn'],
  ...['act', 'may_act', 'scope', 'client_id', 'groups', 'entitlements', 'permissions', 'admin', 'kid', 'alg'],
  ...[
    'sid',
    'roles',
    'role',
    'user',
    'userId',
    'sessionId',
    'team',
    'teams',
    'tenant',
    'impersonator',
    'impersonatorId',
  ],
])

/** The answer of `beforeToken`: claims beside ours. Undefined for one that is no such answer, too long or names a claim of ours. */
export function parseClaims(answer: unknown): { [name: string]: Json } | undefined {
  if (!isObject(answer) || !isObject(answer['claims'])) return undefined
  const { claims } = answer
  const names = Object.keys(claims)
  if (names.some((name) => !namePattern.test(name) || reserved.has(name))) return undefined
  return Buffer.byteLength(JSON.stringify(claims)) <= maxBytes ? claims : undefined
}
