import { saveFile } from './save-file'

/** What browsers have to write to a file while it comes; not all do. */
interface FilePicker {
  showSaveFilePicker?(options: {
    suggestedName: string
  }): Promise<{ createWritable(): Promise<WritableStream<Uint8Array>> }>
}

/**
 * Has the browser keep a file of the server: written to disk as it comes where the browser can, collected before otherwise.
 * Tells how many bytes have come. Gives false where nobody chose a file.
 */
export async function saveStream(
  name: string,
  begin: () => Promise<ReadableStream<Uint8Array<ArrayBuffer>>>,
  signal: AbortSignal,
  tell: (bytes: number) => void,
): Promise<boolean> {
  const { showSaveFilePicker } = window as FilePicker
  // Chosen first: a browser asks only right behind a click.
  const target = await showSaveFilePicker?.call(window, { suggestedName: name }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') return null
    return undefined
  })
  if (target === null) return false
  const stream = await begin()
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
  else saveFile(name, await new Response(counted).blob())
  return true
}
