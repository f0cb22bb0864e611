/** Calls to URLs that an admin or a user gave; see docs of `OUTBOUND_ALLOW`. Nothing else in the server opens connections. */
export { createFetch } from './outbound-fetch.js'
export { type LocatedHost, OutboundHttp } from './outbound-http.js'
export type {
  FailureCode,
  OutboundAnswer,
  OutboundFailure,
  OutboundRequest,
  OutboundResult,
} from './outbound-request.js'
export { type SignedMessage, sendSigned } from './send-signed.js'
export { hintOf, isSecret, makeSecret, signBody } from './sign.js'
