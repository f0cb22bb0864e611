import type { Request } from 'express'
import type { ClientInfo } from '../../auth/index.js'

/** Where a request comes from. Express has looked through the proxies that are trusted, and no others. */
export const clientOf = (request: Request): ClientInfo => ({
  address: request.ip ?? '',
  userAgent: request.headers['user-agent'],
})
