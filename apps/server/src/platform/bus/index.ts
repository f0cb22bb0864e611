/** Short texts from node to node, by PostgreSQL or by Redis. Lossy: what must not be missed is read from the database. */
export { Bus, maxBusText } from './bus.js'
export { PostgresCarrier } from './postgres-carrier.js'
export { RedisCarrier } from './redis-carrier.js'
export { type RedisClient, RedisConnection } from './redis-connection.js'
