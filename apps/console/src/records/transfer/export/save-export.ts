import type { ConditionJson, ExportFormat } from '@holdfast/contract'
import { client } from '../../../client/client'
import { saveBlob } from '../save-file'

export interface WantedExport {
  readonly collection: string
  readonly format: ExportFormat
  readonly filter?: ConditionJson | undefined
  readonly search?: string | undefined
  readonly sort?: readonly string[] | undefined
  readonly fields?: readonly string[] | undefined
  readonly formulas?: 'escape' | 'keep'
}

/** What browsers have to write to a file while it comes; not all do. */
interface FilePicker {
  showSaveFilePicker?(options: {
    suggestedName: string
  }): Promise<{ createWritable(): Promise<WritableStream<Uint8Array>> }>
}

/**
 * Has the browser keep an export: written to disk as it comes where the browser can, collected before otherwise. Tells how many
 * bytes have come. Gives false where nobody chose a file.
 */
export async function saveExport(
  wanted: WantedExport,
  signal: AbortSignal,
  tell: (bytes: number) => void,
): Promise<boolean> {
  const { collection, ...query } = wanted
  const name = `${collection}.${wanted.format}`
  const { showSaveFilePicker } = window as FilePicker
  // Chosen first: a browser asks only right behind a click.
  const target = await showSaveFilePicker?.call(window, { suggestedName: name }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') return null
    return undefined
  })
  if (target === null) return false
  const stream = await client.collection(collection).export({ ...query, signal } as never)
  let bytes = 0
  const counted = stream.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform: (chunk, controller) => {
        bytes += chunk.length
        tell(bytes)
        controller.enqueue(chunk)
      },
    }),
  )
  if (target) await counted.pipeTo(await target.createWritable(), { signal })
  else saveBlob(await new Response(counted).blob(), name)
  return true
}
