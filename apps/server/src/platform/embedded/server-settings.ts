import { totalmem } from 'node:os'

const mebibyte = 1024 * 1024

/** Sizes for one machine that PostgreSQL shares with this server and with whatever else its owner runs. */
export function serverSettings(maxConnections: number): Record<string, string> {
  const share = (part: number, leastMb: number, mostMb: number) =>
    `${Math.round(Math.min(mostMb, Math.max(leastMb, totalmem() / mebibyte / part)))}MB`
  return {
    max_connections: String(maxConnections),
    shared_buffers: share(16, 64, 512),
    effective_cache_size: share(2, 256, 65_536),
    maintenance_work_mem: share(64, 32, 256),
    work_mem: '8MB',
    max_wal_size: '2GB',
    random_page_cost: '1.1',
    // Queries here are short: compiling them costs more than it gives.
    jit: 'off',
    // An acknowledged write survives a crash of the server, of PostgreSQL and of the machine.
    fsync: 'on',
    synchronous_commit: 'on',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'warning',
    // Errors of single statements are the server's to log, under the id of their request.
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
    cluster_name: 'holdfast',
  }
}
