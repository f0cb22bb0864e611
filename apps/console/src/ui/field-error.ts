import { HoldfastError } from '@holdfast/sdk'

/** What the server says about one field of a form; undefined where it has nothing to say about it. */
export function fieldError(error: unknown, path: string): string | undefined {
  if (!(error instanceof HoldfastError)) return undefined
  const { errors, hint } = error
  const found = errors.find((item) => item.path === path)
  if (!found) return undefined
  const said = withoutPath(found.message, path)
  // With one mistake the hint is about it.
  const text = said.charAt(0).toUpperCase() + said.slice(1)
  return errors.length === 1 && hint ? `${text}. ${hint}` : text
}

/** `email must be an address` stands at the label of the field, which need not be said twice: `must be an address`. */
function withoutPath(message: string, path: string): string {
  const names = [path, path.split('.').at(-1)!]
  const begun = names.find((name) => message.startsWith(`${name} `))
  return begun === undefined ? message : message.slice(begun.length + 1)
}

/** Whether every mistake belongs to one of these fields, so that nothing is left to be said elsewhere. */
export const isSaidByFields = (error: unknown, paths: readonly string[]): boolean =>
  error instanceof HoldfastError && error.errors.length > 0 && error.errors.every(({ path }) => paths.includes(path))
