import { AppError } from '../../lib/index.js'

/** One answer for a key that is wrong, deleted, rotated or over: nobody learns which keys there were. */
export const invalidKey = (): AppError =>
  new AppError('unauthenticated', 'The API key is not valid', {
    hint: 'It may have been deleted, rotated or be over; an admin makes another one: POST /api/v1/admin/api-keys',
    headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
  })

export const twoCredentials = (): AppError =>
  new AppError('unauthenticated', 'The request shows a secret API key and a token', {
    hint: 'Send either. A publishable key (pk_…) in X-API-Key goes together with the token of a user.',
    headers: { 'WWW-Authenticate': 'Bearer error="invalid_request"' },
  })

export const wrongAddress = (): AppError =>
  new AppError('forbidden', 'This API key may not be used from this address', {
    hint: 'An admin can allow it: addresses of the key. Behind a proxy, TRUSTED_PROXIES must name it.',
  })

export const wrongOrigin = (): AppError =>
  new AppError('forbidden', 'This API key may not be used from this origin', {
    hint: 'An admin can allow it: origins of the key.',
  })
