import { HoldfastError } from '@holdfast/sdk'

/** What the server says about one field of a form; undefined where it has nothing to say about it. */
export function fieldError(error: unknown, path: string): string | undefined {
  if (!(error instanceof HoldfastError)) return undefined
  const { errors, hint } = error
  const found = errors.find((item) => item.path === path)
  if (!found) return undefined
  // With one mistake the hint is about it.
  const text = found.message.charAt(0).toUpperCase() + found.message.slice(1)
  return errors.length === 1 && hint ? `${text}. ${hint}` : text
}

/** Whether every mistake belongs to one of these fields, so that nothing is left to be said elsewhere. */
export const isSaidByFields = (error: unknown, paths: readonly string[]): boolean =>
  error instanceof HoldfastError && error.errors.length > 0 && error.errors.every(({ path }) => paths.includes(path))
