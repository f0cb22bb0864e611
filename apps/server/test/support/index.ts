/** The real server on a real PostgreSQL, for tests. */
export { findFreePort } from './find-free-port.js'
export { sendRaw } from './send-raw.js'
export { type RequestOptions, startServer, type TestResponse, type TestServer } from './start-server.js'
export { createTestDatabase, type TestDatabase } from './test-database.js'
