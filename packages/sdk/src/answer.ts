import type { One } from '@holdfast/contract'

/** What an answer of one thing is about. */
export const dataOf = <T>(answer: unknown): T => (answer as One<T>).data
