import { isIP } from 'node:net'
import { parseSender, parseSmtpUrl } from '../mail/mail-settings.js'
import { parseAllowedTarget, parsePortRange } from '../outbound/allowed-target.js'
import { flag, integer, list, oneOf, optional, secret, text } from './setting.js'

const day = 24 * 60 * 60
const mebibyte = 1024 * 1024

/** Everything the environment may set: the one place where a key, its default and its meaning are written down. */
export const settings = {
  port: integer('PORT', 4400, { min: 0, max: 65_535 }, 'TCP port of the HTTP server'),
  host: text('HOST', '127.0.0.1', 'Address to listen on; 0.0.0.0 opens the server to the network'),
  publicUrl: optional(
    'PUBLIC_URL',
    'URL under which clients reach this server (default http://HOST:PORT)',
    parseBaseUrl,
  ),
  dataDir: text('DATA_DIR', './data', 'Folder of the embedded PostgreSQL'),
  databaseUrl: secret(
    optional(
      'DATABASE_URL',
      'PostgreSQL 15 to 18 to use in place of the embedded one: postgres://user:password@host/db',
      parseDatabaseUrl,
    ),
  ),
  secretKey: secret(
    optional(
      'SECRET_KEY',
      'Key under which secrets of webhooks are encrypted in the database, 32 characters or more; without it the key lies in the database too',
      parseSecretKey,
    ),
  ),
  databasePoolSize: integer(
    'DATABASE_POOL_SIZE',
    20,
    { min: 2, max: 500 },
    'Connections this process keeps to PostgreSQL',
  ),
  statementTimeoutMs: integer(
    'STATEMENT_TIMEOUT_MS',
    10_000,
    { min: 100, max: 600_000 },
    'Longest time one SQL statement may take; beyond it the answer is 503 query_timeout',
  ),
  redisUrl: secret(
    optional(
      'REDIS_URL',
      'Redis through which several nodes tell each other of changes: redis://user:password@host:6379; without it they do so through PostgreSQL',
      parseRedisUrl,
    ),
  ),
  queryMaxCost: integer(
    'QUERY_MAX_COST',
    5_000_000,
    { min: 0, max: 1_000_000_000_000 },
    'Most work of one list or aggregate, in units of the PostgreSQL planner; beyond it the answer is 400 query_too_expensive. 0: no limit',
  ),
  logLevel: oneOf(
    'LOG_LEVEL',
    'info',
    ['silent', 'error', 'warn', 'info', 'debug', 'trace'],
    'What is written to the log',
  ),
  adminEmail: optional('ADMIN_EMAIL', 'With ADMIN_PASSWORD: the first admin, created when there is none'),
  adminPassword: secret(optional('ADMIN_PASSWORD', 'Password of the first admin')),
  signupEnabled: flag('SIGNUP_ENABLED', true, 'Whether visitors may create accounts'),
  accessTokenTtlSeconds: integer(
    'ACCESS_TOKEN_TTL_SECONDS',
    900,
    { min: 10, max: day },
    'How long an access token is good for',
  ),
  refreshTokenTtlSeconds: integer(
    'REFRESH_TOKEN_TTL_SECONDS',
    30 * day,
    { min: 60, max: 400 * day },
    'How long a session lives without being refreshed',
  ),
  refreshGraceSeconds: integer(
    'REFRESH_GRACE_SECONDS',
    10,
    { min: 0, max: 60 },
    'How long a refresh token that was just used may be sent again',
  ),
  corsOrigins: list(
    'CORS_ORIGINS',
    'Origins of browser apps that may call this server, separated by commas; none by default',
    parseOrigin,
  ),
  metricsToken: secret(
    optional(
      'METRICS_TOKEN',
      'Bearer token with which a collector such as Prometheus may read /metrics, 16 characters or more; without it only admins may',
      parseMetricsToken,
    ),
  ),
  trustedProxies: list(
    'TRUSTED_PROXIES',
    'Addresses or networks of proxies whose X-Forwarded-For is believed, separated by commas; none by default',
    parseNetwork,
  ),
  placeHeaders: list(
    'PLACE_HEADERS',
    'Headers in which a trusted proxy tells the country and the city of a client, such as cf-ipcountry,cf-ipcity: shown in lists of sessions',
    parseHeaderName,
  ),
  smtpUrl: secret(
    optional(
      'SMTP_URL',
      'Mail server: smtps://user:password@host:465, or smtp:// for STARTTLS, without which no password is sent. When it is not set, mails go to the log if PUBLIC_URL is on this machine, else nowhere',
      parseSmtpUrl,
    ),
  ),
  mailFrom: optional(
    'MAIL_FROM',
    'With SMTP_URL: who mails come from, such as Our shop <mail@example.com>',
    parseSender,
  ),
  outboundAllow: list(
    'OUTBOUND_ALLOW',
    'Private networks, hosts or host:port that webhooks and other calls to given URLs may reach, separated by commas; none by default',
    parseAllowedTarget,
  ),
  outboundPorts: list(
    'OUTBOUND_PORTS',
    'Ports and ranges of ports that such calls may use, separated by commas',
    parsePortRange,
    '80,443',
  ),
  changesRetentionHours: integer(
    'CHANGES_RETENTION_HOURS',
    168,
    { min: 1, max: 24 * 365 },
    'How long the change log is kept for clients that come back; history and trash have their own days',
  ),
  changesMaxMb: integer(
    'CHANGES_MAX_MB',
    1024,
    { min: 1, max: 1024 * 1024 },
    'Most mebibytes of the change log; beyond it the oldest changes go before their time',
  ),
  maxBodyBytes: integer(
    'MAX_BODY_BYTES',
    8 * mebibyte,
    { min: 1024, max: 1024 * mebibyte },
    'Largest JSON body of a request',
  ),
  shutdownTimeoutMs: integer(
    'SHUTDOWN_TIMEOUT_MS',
    10_000,
    { min: 0, max: 600_000 },
    'How long running requests may take to end when the server stops',
  ),
}

function parseBaseUrl(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw new Error('must be an http or https URL')
  if (url.username !== '' || url.search !== '' || url.hash !== '')
    throw new Error('must be a plain URL: no user, query or fragment')
  return url.href.replace(/\/$/, '')
}

function parseSecretKey(value: string): string {
  if (value.length >= 32) return value
  throw new Error('must have at least 32 characters: openssl rand -base64 32')
}

function parseMetricsToken(value: string): string {
  if (/^[\w.~+/=-]{16,}$/.test(value)) return value
  throw new Error('must have at least 16 characters, none of them a space: openssl rand -hex 32')
}

function parseDatabaseUrl(value: string): string {
  if (/^postgres(ql)?:\/\/\S+$/.test(value)) return value
  throw new Error('must look like postgres://user:password@host:5432/database')
}

function parseRedisUrl(value: string): string {
  if (URL.canParse(value) && /^rediss?:$/.test(new URL(value).protocol)) return value
  throw new Error('must look like redis://user:password@host:6379')
}

function parseOrigin(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.origin === value) return value
  throw new Error(`must list exact origins such as https://app.example.com; "${value}" is none`)
}

function parseNetwork(value: string): string {
  const [address = '', bits, ...rest] = value.split('/')
  const version = isIP(address)
  const fits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
  if (version !== 0 && fits && rest.length === 0) return value
  throw new Error(`must list addresses or networks such as 10.0.0.0/8; "${value}" is none`)
}

function parseHeaderName(value: string): string {
  if (/^[\w-]{1,60}$/.test(value)) return value.toLowerCase()
  throw new Error(`must list names of headers such as cf-ipcountry; "${value}" is none`)
}
