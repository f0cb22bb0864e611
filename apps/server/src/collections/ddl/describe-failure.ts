import { AppError } from '../../lib/index.js'
import { databaseErrorOf } from '../../platform/db/index.js'
import type { DdlStep } from './step.js'

/** Why PostgreSQL refused a step, in words; a class of two characters stands for all its codes. */
const reasons: Readonly<Record<string, string>> = {
  '23505': 'some values occur more than once',
  '23502': 'some records have no value',
  '23503': 'some records point at records that do not exist',
  '23514': 'a computed value is out of range',
  '22': 'some values cannot be converted or computed',
  '54011': 'the table would have too many columns',
  '54': 'a value is too long to be indexed',
  '2BP01': 'something made outside of the server depends on it, such as a view',
  '42P07': 'a table or index of this name was made outside of the server',
  '42P01': 'the table was changed outside of the server',
  '42703': 'the table was changed outside of the server',
  '42704': 'the table was changed outside of the server',
  '42P22': 'an expression of texts alone cannot be computed',
  '42': 'the database does not accept the definition',
  '0A': 'the database does not support this',
}

/** Waiting for others is no failure of the step: it is told as what it is, and can be tried again. */
const passing = new Set(['55P03', '40P01', '57014'])

export const isBusy = (error: unknown): boolean => {
  const code = databaseErrorOf(error)?.code
  return code === '55P03' || code === '40P01'
}

/** Does something for a step. What fails is told in words of the schema; SQL and values stay in the log. */
export async function inWords<T>(step: DdlStep, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw describeFailure(error, step)
  }
}

function describeFailure(error: unknown, { collection, field, description }: DdlStep): unknown {
  const code = databaseErrorOf(error)?.code
  if (code === undefined || passing.has(code)) return error
  const reason = reasons[code] ?? reasons[code.slice(0, 2)]
  if (reason === undefined) return error
  const path = field === undefined ? collection : `${collection}.${field}`
  return new AppError('schema_change_failed', `${description}: ${reason}`, {
    errors: [{ path, code: 'schema_change_failed', message: reason }],
    cause: error,
  })
}
