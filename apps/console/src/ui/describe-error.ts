import { HoldfastError, NetworkError } from '@holdfast/sdk'

/** An error as people read it. */
export interface ErrorText {
  readonly title: string
  /** What to do next. */
  readonly hint?: string | undefined
  /** Each place of the input that is wrong. */
  readonly places: readonly { readonly path: string; readonly message: string }[]
  /** Finds the request in the server's log. */
  readonly requestId?: string | undefined
}

export function describeError(error: unknown): ErrorText {
  if (error instanceof HoldfastError) {
    const { detail, hint, errors, requestId } = error
    const [only] = errors
    const isSaid = errors.length === 1 && only?.message === detail
    return { title: detail, hint, places: isSaid ? [] : errors, requestId }
  }
  if (error instanceof NetworkError)
    return { title: 'The server cannot be reached', hint: 'Check that it runs, then try again.', places: [] }
  return { title: error instanceof Error ? error.message : String(error), places: [] }
}
