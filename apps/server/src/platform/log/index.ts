/** The structured log. */
export { createLog, Log } from './log.js'
export { createNestLogger } from './nest-logger.js'
