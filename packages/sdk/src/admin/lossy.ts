import type { CallOptions } from '../transport.js'

/** Options of changes that can lose data. */
export interface LossyOptions extends CallOptions {
  /** Needed where values would be lost. */
  acceptDataLoss?: boolean
}

export const lossyQuery = ({ acceptDataLoss }: LossyOptions): string | undefined =>
  acceptDataLoss ? 'acceptDataLoss=true' : undefined
