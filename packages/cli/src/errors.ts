import { HoldfastError, NetworkError } from '@holdfast/sdk'

/** The command line is wrong; ends with exit code 2. */
export class UsageError extends Error {}

/** What the terminal shows of an error: what is wrong and what to do next. */
export function describeError(error: unknown): string {
  if (error instanceof HoldfastError) {
    const places = error.errors.map(({ path, message }) => `\n  ${path}: ${message}`).join('')
    const known = places.includes(error.detail) ? '' : error.detail
    return `${known || 'The server refused the request:'}${places}${error.hint ? `\n  ${error.hint}` : ''} (${error.code})`
  }
  if (error instanceof NetworkError)
    return `${error.message}${causeOf(error)}\n  Is it running there? Start one with: npx -y pnpm@12 start`
  return error instanceof Error ? error.message : String(error)
}

/** What `fetch` found: "ECONNREFUSED", say. */
function causeOf({ cause }: Error): string {
  const inner = cause instanceof Error ? cause.cause : undefined
  return inner instanceof Error && 'code' in inner ? ` (${String(inner.code)})` : ''
}
