/** Telling clients of changes as they come: subscriptions and channels, over server-sent events and WebSocket. */
export { OpenConnections } from './connections/open-connections.js'
