/**
 * What the server knows of a user beside the record: tables and columns, by name, so that a secret that is added to one
 * some day is not exported before somebody has thought of it.
 */
export const exportedTables: Readonly<Record<string, readonly string[]>> = {
  accounts: ['kind', 'verified_email', 'verified_at', 'phone', 'disabled_at', 'locale', 'name'],
  user_roles: ['role'],
  credentials: ['changed_at'],
  factors: ['id', 'kind', 'name', 'created_at', 'confirmed_at', 'last_used_at'],
  recovery_codes: ['created_at'],
  identities: ['provider', 'issuer', 'subject', 'email', 'created_at', 'last_used_at'],
  memberships: ['team_id', 'roles', 'created_at'],
  api_keys: ['id', 'name', 'publishable', 'addresses', 'origins', 'created_at', 'expires_at', 'last_used_at'],
  sessions: [
    ...[
      'id',
      'created_at',
      'last_used_at',
      'expires_at',
      'revoked_at',
      'user_agent',
      'address',
      'country',
      'city',
      'methods',
    ],
    ...['proven_at', 'second_factor_at', 'transport', 'team_id'],
  ],
  impersonations: ['started_at', 'reason'],
}

const toCamel = (column: string): string => column.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** Rows of JSON text; the user is $1. */
export function selectExported(table: string): string {
  const columns = exportedTables[table]!.map((column) => `${column} as "${toCamel(column)}"`)
  return `select to_json(t)::text from (select ${columns.join(', ')} from holdfast.${table} where user_id = $1) t`
}
