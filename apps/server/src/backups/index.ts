/** Backups of records, and putting them back. */
export { Backups } from './backups.service.js'
