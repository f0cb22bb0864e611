/** Encryption of what must be stored and read again; see `SECRET_KEY`. */
export { Secrets } from './secrets.js'
