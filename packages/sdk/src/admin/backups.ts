import type { BackupDetails, BackupInfo, RestoreReport, RestoreRequest } from '@holdfast/contract'
import { dataOf } from '../answer.js'
import { type CallOptions, type Send, segment } from '../transport.js'

/** Backups of all records. `client.admin.backups`. */
export class AdminBackups {
  readonly #send: Send

  /** @internal */
  constructor(send: Send) {
    this.#send = send
  }

  /**
   * Those in the folder of the server, newest first.
   *
   * @example
   * for (const { name, state, bytes } of await client.admin.backups.list()) console.log(name, state, bytes)
   */
  async list(options: CallOptions = {}): Promise<BackupInfo[]> {
    return dataOf(await this.#send('GET', '/admin/backups', options))
  }

  /**
   * Begins one, of the records as they are now. It is there when its state is `done`.
   *
   * @example
   * const { name } = await client.admin.backups.create()
   */
  async create(options: CallOptions = {}): Promise<BackupInfo> {
    return dataOf(await this.#send('POST', '/admin/backups', options))
  }

  /**
   * One that is done, and the names of the collections and roles in it.
   *
   * @example
   * const { contents } = await client.admin.backups.get('20261121T214500Z-9f86d081884c7d65')
   */
  async get(name: string, options: CallOptions = {}): Promise<BackupDetails> {
    return dataOf(await this.#send('GET', `/admin/backups/${segment(name)}`, options))
  }

  /**
   * Its file, to be read as it comes; it wants a fresh proof of who the admin is.
   *
   * @example
   * const file = await client.admin.backups.download('20261121T214500Z-9f86d081884c7d65')
   */
  async download(name: string, { signal }: CallOptions = {}): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    const options = { signal, stream: true }
    return ((await this.#send('GET', `/admin/backups/${segment(name)}/file`, options)) as Response).body!
  }

  /**
   * Reads all of it.
   * @throws HoldfastError `validation_failed` where it is damaged
   *
   * @example
   * const { records } = await client.admin.backups.verify('20261121T214500Z-9f86d081884c7d65')
   */
  async verify(name: string, options: CallOptions = {}): Promise<{ collections: number; records: number }> {
    return dataOf(await this.#send('POST', `/admin/backups/${segment(name)}/verify`, options))
  }

  /**
   * Puts records back as they were, by their ids: first their definitions, then the records, all or none of them. Accounts, sessions and keys stay as they are.
   * @throws HoldfastError `lossy_change` where going back to the definitions would lose values
   *
   * @example
   * const name = '20261121T214500Z-9f86d081884c7d65'
   * const { collections } = await client.admin.backups.restore(name, { collections: ['posts'], dryRun: true })
   */
  async restore(name: string, request: RestoreRequest = {}, { signal }: CallOptions = {}): Promise<RestoreReport> {
    return dataOf(await this.#send('POST', `/admin/backups/${segment(name)}/restore`, { body: request, signal }))
  }

  /**
   * Deletes one.
   *
   * @example
   * await client.admin.backups.delete('20261121T214500Z-9f86d081884c7d65')
   */
  async delete(name: string, options: CallOptions = {}): Promise<void> {
    await this.#send('DELETE', `/admin/backups/${segment(name)}`, options)
  }
}
