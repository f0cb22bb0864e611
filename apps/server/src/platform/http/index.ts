/** The HTTP layer: who may call a route, limits, errors as problem+json. */
export { ACCESS, type Access, Admin, Public, SignedIn } from './access.js'
export { setUpHttp } from './set-up-http.js'
export { StartupNotices } from './startup-notices.js'
