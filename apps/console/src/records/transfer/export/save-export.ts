import type { ConditionJson, ExportFormat } from '@holdfast/contract'
import { client } from '../../../client/client'
import { saveStream } from '../../../ui/save-stream'

export interface WantedExport {
  readonly collection: string
  readonly format: ExportFormat
  readonly filter?: ConditionJson | undefined
  readonly search?: string | undefined
  readonly sort?: readonly string[] | undefined
  readonly fields?: readonly string[] | undefined
  readonly formulas?: 'escape' | 'keep'
}

/** Has the browser keep an export. Tells how many bytes have come. Gives false where nobody chose a file. */
export function saveExport(wanted: WantedExport, signal: AbortSignal, tell: (bytes: number) => void): Promise<boolean> {
  const { collection, ...query } = wanted
  const begin = () => client.collection(collection).export({ ...query, signal } as never)
  return saveStream(`${collection}.${wanted.format}`, begin, signal, tell)
}
