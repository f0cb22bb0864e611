/** The HTTP layer: who may call a route, limits, headers, errors as problem+json. */
export { ACCESS, type Access, Admin, Public, SignedIn } from './access.js'
export { HttpAdapter } from './http-adapter.js'
export { StartupNotices } from './startup-notices.js'
export { createValidationPipe } from './validation.js'
