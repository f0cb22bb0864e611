/** What operators see: health now; metrics and traces later. */
export { Readiness } from './readiness.js'
