/** The HTTP layer: who may call a route, limits, headers, errors as problem+json. */
export {
  ACCESS,
  type Access,
  Admin,
  AdminInPerson,
  Elsewhere,
  InPerson,
  ONLY_READS,
  OnlyReads,
  Public,
  SignedIn,
  VIEWABLE,
  Viewable,
} from './access.js'
export { type AnswerListener, AnswerWatch, type HeaderList, templateOf } from './answer-watch.js'
export { AppHost } from './app-host.js'
export { type RouteAnswer, type RouteCall, RouteCalls } from './call-route.js'
export { clientAddress, listTrusted } from './client-address.js'
export {
  type Answer,
  type DirectRequest,
  type DirectRoute,
  DirectRoutes,
  type UpgradedConnection,
} from './direct-routes.js'
export { HttpAdapter } from './http-adapter.js'
export { explain } from './problem.js'
export { parseJson } from './read-json.js'
export { pathOf } from './request.js'
export { StartupNotices } from './startup-notices.js'
export { BodyValidation } from './validation.js'
