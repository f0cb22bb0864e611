import pg from 'pg'

const { builtins } = pg.types

export type ValueParser = (text: string) => unknown

/**
 * How values arrive in rows: boolean as boolean; int2, int4, float4 and float8 as number; int8 as number when it is exact and
 * as text beyond ±2^53−1; null as null. Everything else stays the text PostgreSQL wrote: json, timestamps, numeric, uuid, arrays.
 */
const parsers = new Map<number, ValueParser>([
  [builtins.BOOL, (text) => text === 't'],
  [builtins.INT2, Number],
  [builtins.INT4, Number],
  [builtins.FLOAT4, Number],
  [builtins.FLOAT8, Number],
  [builtins.INT8, parseInt8],
])

function parseInt8(text: string): number | string {
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : text
}

/** How values of a type are read, by its number in PostgreSQL; undefined: they stay text. */
export const parserOf = (type: number): ValueParser | undefined => parsers.get(type)
