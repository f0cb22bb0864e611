/** A double-quoted SQL identifier. Names come from the registry only; quoting is the second line of defence. */
export const quoteIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** A single-quoted SQL literal, for DDL only: queries bind parameters. */
export const quoteLiteral = (value: string): string =>
  value.includes('\\')
    ? `E'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
    : `'${value.replaceAll("'", "''")}'`
