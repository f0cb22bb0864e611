/** The PostgreSQL that comes with the server, for those who bring none. */
export { type EmbeddedOptions, type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.js'
