import { readDelimited } from './read-delimited'
import { readArray, readLines } from './read-json'
import type { Batch, ReadOptions } from './rows'

/** What the page sends: first the file, then `next` for each batch it wants after the first. */
export type ToWorker = { readonly file: File; readonly options: ReadOptions } | 'next'

export type FromWorker = { readonly batch: Batch } | { readonly done: true } | { readonly problem: string }

const port = self as unknown as {
  postMessage(message: FromWorker): void
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null
}

let wanted: (() => void) | undefined

port.onmessage = ({ data }) => {
  if (data === 'next') wanted?.()
  else void read(data.file, data.options)
}

async function read(file: File, options: ReadOptions): Promise<void> {
  const tell = (batch: Batch) => port.postMessage({ batch })
  const next = () =>
    new Promise<void>((resolve) => {
      wanted = resolve
    })
  const readers = { csv: readDelimited, ndjson: readLines, json: readArray }
  try {
    await readers[options.format](file, options, tell, next)
    port.postMessage({ done: true })
  } catch (error) {
    port.postMessage({ problem: error instanceof Error ? error.message : String(error) })
  }
}
