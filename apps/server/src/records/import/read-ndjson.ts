import { AppError } from '../../lib/index.js'
import { parseJson } from '../../platform/http/index.js'
import { maxLineBytes, type RawLine } from './line-buffer.js'
import { LineSplitter } from './split-lines.js'

/** One record of an import as it came, or why it cannot be one. */
export interface ImportItem {
  readonly line: number
  readonly raw: unknown
  /** Bytes it took. */
  readonly size: number
}

export interface BadItem {
  readonly line: number
  readonly error: AppError
}

/** Reads records as they come, a list for each piece of the body. */
export type ReadItems = (body: AsyncIterable<Buffer>) => AsyncGenerator<(ImportItem | BadItem)[]>

/** One JSON object per line. */
export const readNdjson: ReadItems = async function* (body) {
  const lines = new LineSplitter()
  for await (const chunk of body) yield lines.push(chunk).map(toItem)
  yield lines.end().map(toItem)
}

function toItem({ number, bytes }: RawLine): ImportItem | BadItem {
  if (bytes === 'too long') return { line: number, error: tooLong() }
  try {
    return { line: number, raw: parseJson(bytes, 'line'), size: bytes.length }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { line: number, error }
  }
}

export const tooLong = (): AppError => new AppError('body_too_large', `The line is longer than ${maxLineBytes} bytes`)
