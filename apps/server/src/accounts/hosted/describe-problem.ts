import type { Problem } from '@holdfast/contract'
import type { Texts } from './texts.js'

/** What went wrong, in the words of the page. */
export interface Trouble {
  readonly text: string
  /** By the names of fields. */
  readonly fields: Readonly<Record<string, string>>
  readonly status: number
  readonly code: string
}

/** Words for a problem; what has none in the language of the page is told as the API tells it. */
export function describeProblem(
  problem: Pick<Problem, 'code' | 'status' | 'detail' | 'errors'>,
  texts: Texts,
): Trouble {
  const { code, status, detail, errors = [] } = problem
  const fields = Object.fromEntries(
    errors.map(({ path, code: what, message }) => [path, texts.fields[what] ?? toSentence(message)]),
  )
  const [first] = Object.values(fields)
  const text = texts.problems[code] ?? first ?? toSentence(detail)
  return { text, fields: code === 'validation_failed' ? fields : {}, status, code }
}

const toSentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
