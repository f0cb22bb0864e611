import { PassThrough } from 'node:stream'

/** The client has gone: nobody reads what would be told. */
export class ClientGone extends Error {}

/** An answer that is written as it is made: takes no more text than the client does. */
export class Outlet {
  readonly stream = new PassThrough({ highWaterMark: 256 * 1024 })

  /** Waits until there is room for more. @throws ClientGone */
  async write(text: string): Promise<void> {
    const { stream } = this
    if (stream.destroyed) throw new ClientGone()
    if (text === '' || stream.write(text)) return
    await new Promise<void>((resolve) => {
      const go = () => {
        stream.off('drain', go).off('close', go)
        resolve()
      }
      stream.once('drain', go).once('close', go)
    })
    if (stream.destroyed) throw new ClientGone()
  }
}
