import { createContext } from 'react'
import type { Candidate } from './candidates'

export interface RelatedRequest {
  readonly collection: string
  /** What was typed in search of it. */
  readonly text: string
  onCreated(record: Candidate): void
}

/** Opens a form for a record that a relation shall point at. Pickers outside of forms have none, and do not offer it. */
export const CreateRelated = createContext<((request: RelatedRequest) => void) | undefined>(undefined)
