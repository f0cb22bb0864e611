import { AppError } from '../lib/index.js'

/** RFC 6750, section 3: every 401 names the scheme; the error code only when a token was given. */
const challenge = (error?: string): Record<string, string> => ({
  'WWW-Authenticate': error === undefined ? 'Bearer' : `Bearer error="${error}"`,
})

/** Nobody signed in where someone must be. */
export const notSignedIn = (): AppError =>
  new AppError('unauthenticated', 'This needs you to be signed in', {
    hint: 'Send the header "Authorization: Bearer <accessToken>"',
    headers: challenge(),
  })

/** The token is not one of ours, or not one any more. The reason goes to the log, not to the caller. */
export const invalidToken = (cause?: unknown): AppError =>
  new AppError('unauthenticated', 'The access token is not valid', {
    hint: 'Sign in again',
    headers: challenge('invalid_token'),
    cause,
  })

/** The token was ours and is over: a client answers this with a refresh. */
export const expiredToken = (): AppError =>
  new AppError('token_expired', 'The access token has expired', {
    hint: 'Get a new one with POST /api/v1/auth/refresh',
    headers: challenge('invalid_token'),
  })
