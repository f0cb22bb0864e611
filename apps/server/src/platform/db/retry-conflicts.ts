import { setTimeout as sleep } from 'node:timers/promises'
import { databaseErrorOf } from './postgres-errors.js'

const maxAttempts = 6
const firstPauseMs = 10

/** Transactions got in each other's way (serialization failure, deadlock): PostgreSQL has undone this one. */
const isConflict = (error: unknown): boolean => /^40(001|P01)$/.test(databaseErrorOf(error)?.code ?? '')

/**
 * Runs a transaction, and again while others are in its way. Pauses grow and are random, or those that met once would meet
 * again. The last conflict is thrown on; `toAppError` makes it `transaction_conflict`.
 */
export async function retryConflicts<T>(transaction: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transaction()
    } catch (error) {
      if (attempt === maxAttempts || !isConflict(error)) throw error
      await sleep(Math.random() * firstPauseMs * 2 ** attempt)
    }
  }
}
