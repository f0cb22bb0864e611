import type { FromWorker, ToWorker } from './file.worker'
import type { Batch, ReadOptions } from './rows'

/**
 * The rows of a file, batch by batch, read in a worker, so that the page stays quick: no more than one batch is in memory that
 * was not asked for.
 */
export async function* readFile(file: File, options: ReadOptions): AsyncGenerator<Batch, void, undefined> {
  const worker = new Worker(new URL('./file.worker.ts', import.meta.url), { type: 'module' })
  const ask = (message: ToWorker) =>
    new Promise<FromWorker>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => resolve(data)
      worker.onerror = () => reject(new Error('The file cannot be read'))
      worker.postMessage(message)
    })
  try {
    for (let answer = await ask({ file, options }); !('done' in answer); answer = await ask('next')) {
      if ('problem' in answer) throw new Error(answer.problem)
      yield answer.batch
    }
  } finally {
    worker.terminate()
  }
}

const previewRows = 1000

/** The first 1,000 rows. */
export async function readBeginning(file: File, options: ReadOptions): Promise<Batch & { readonly isAll: boolean }> {
  let read: Batch | undefined
  let isAll = true
  for await (const batch of readFile(file, options)) {
    read = read ? { ...batch, columns: read.columns, rows: [...read.rows, ...batch.rows] } : batch
    if (read.rows.length > previewRows) {
      isAll = false
      break
    }
  }
  if (!read || read.columns.length === 0) throw new Error('The file is empty')
  return { ...read, rows: read.rows.slice(0, previewRows), isAll }
}
