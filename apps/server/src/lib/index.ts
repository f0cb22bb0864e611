/** Pure helpers every tier may use. */
export { AppError, type AppErrorOptions, defineError, invalidAt } from './app-error.js'
export { addressPattern, isEmailAddress } from './email-address.js'
export { newId } from './ids.js'
export { type IpAddress, type IpNetwork, isInNetwork, parseAddress, parseNetwork } from './ip-address.js'
export { nearestWord } from './nearest-word.js'
export { Sealer } from './sealed-text.js'
export { quoteIdentifier, quoteLiteral } from './sql-text.js'
export { Turns } from './turns.js'
